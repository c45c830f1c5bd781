/*
 * ResNetVulkan for C: networks that see a host's frames, on the host's own Vulkan device.
 *
 * One function is exported, rnv_get_api; it fills a table of all others. The library is the same code built in two ways: a
 * shared library that needs nothing but libc (NativeAOT), or an assembly that hostfxr loads into a .NET runtime; hosts/ has
 * a program that does both.
 *
 * Rules
 *   - A struct's first member is its size as the caller was compiled. Zero it, set size, then what differs: 0 means the default
 *     everywhere. Structs only grow. A library that is older than the caller refuses a struct whose unknown end is not zero.
 *   - A status below 0 is an error, and its hundreds say whose (RNV_FAULT_*); last_error says what was wrong with which values.
 *     Nothing was done then, and nothing was lost. No exception ever crosses this border.
 *   - Text is UTF-8 and ends with 0. What a host passes is read during the call; what it gets lives as said.
 *   - Handles are numbers that were never used before: one that was destroyed is an error and no crash. NULL is no object.
 *     Destroy networks and trainers before their device, and that before vkDestroyDevice.
 *   - Any thread may call; one at a time for each network or trainer. Each function that may use the host's queue says "queue";
 *     it does so between lock_queue and unlock_queue. Nothing ever waits for a device or a queue to be idle.
 *   - Frames allocate nothing and never wait. create_*, load_*, warm_up* and destroy may take seconds.
 *   - Load the library once and never unload it: dlclose leaves it in place, and a second dlopen finds it again. Its runtime
 *     has a thread of its own, handles SIGSEGV and SIGFPE of its own code and passes on the others, uses signal 34, and lets
 *     SIGPIPE be ignored.
 */
#ifndef RESNET_VULKAN_H
#define RESNET_VULKAN_H

#include <stdint.h>
#include <vulkan/vulkan_core.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RNV_VERSION 1

typedef enum rnv_status {
    RNV_OK = 0,
    RNV_PENDING = 1,                    /* not yet: ask again later */
    RNV_GONE = 2,                       /* the frame's place went to a later one, or it was given up */
    RNV_DROPPED = 3,                    /* too many frames are on their way: this one was not taken */
    RNV_MORE = 4,                       /* the slice was submitted; more of the frame is left */
    RNV_BUSY = 5,                       /* earlier slices still run: nothing was submitted */
    RNV_IDLE = 6,                       /* there is nothing to submit */

    RNV_ERROR_ARGUMENT = -101,          /* a value cannot be right, or a handle is of nothing */
    RNV_ERROR_STATE = -102,             /* not now: not warmed up, or a frame is in slices */
    RNV_ERROR_STRUCT = -103,            /* a struct's size, or members that this library does not know */
    RNV_ERROR_VERSION = -104,           /* this library has no such version */
    RNV_ERROR_HOST = -201,              /* the device lacks something, or the image cannot be read */
    RNV_ERROR_FILE = -301,              /* not there, damaged, or of another network */
    RNV_ERROR_OUT_OF_MEMORY = -401,
    RNV_ERROR_DEVICE_LOST = -402,       /* stays so: destroy everything on it, and make it anew from the model */
    RNV_ERROR_DRIVER = -403,            /* a Vulkan function failed: rnv_error.vk_result */
    RNV_ERROR_SHADER = -404,            /* a shader is compiled nowhere, and there is no compiler */
    RNV_ERROR_INTERNAL = -501           /* a fault of this library: please report it */
} rnv_status;

#define RNV_FAULT(status) ((status) < 0 ? -(status) / 100 : 0)
#define RNV_FAULT_CALLER 1
#define RNV_FAULT_HOST 2
#define RNV_FAULT_FILE 3
#define RNV_FAULT_MACHINE 4
#define RNV_FAULT_LIBRARY 5

typedef struct rnv_device rnv_device;       /* a Vulkan device that networks see frames on */
typedef struct rnv_model rnv_model;         /* weights in the CPU's memory; survives a lost device */
typedef struct rnv_network rnv_network;     /* a classifier, or what finds a frame's features */
typedef struct rnv_trainer rnv_trainer;     /* learns from labelled frames */

typedef struct rnv_error {
    uint32_t size;
    int32_t status;                     /* rnv_status of this thread's last call that failed */
    int32_t vk_result;                  /* VkResult of what failed; 0 where no Vulkan function did */
    uint32_t reserved;
    const char* text;                   /* until this thread's next call that fails */
} rnv_error;

typedef enum rnv_kind {
    RNV_KIND_VERSION = 0,
    RNV_KIND_QUEUE = 1,
    RNV_KIND_FEATURE = 2,
    RNV_KIND_INSTANCE_EXTENSION = 3,
    RNV_KIND_DEVICE_EXTENSION = 4
} rnv_kind;

/* What a host should enable before it makes its device. */
typedef struct rnv_requirement {
    const char* name;                   /* as the specification spells it; lives as long as the library */
    const char* purpose;
    int32_t kind;                       /* rnv_kind */
    int32_t is_required;                /* without it nothing works; otherwise something is slower or left out */
} rnv_requirement;

/* A host's device, and what was enabled on it: none of that can be asked of a VkDevice. All of it stays the host's. */
typedef struct rnv_host {
    uint32_t size;
    uint32_t api_version;               /* VkApplicationInfo::apiVersion, at least VK_API_VERSION_1_2 */
    PFN_vkGetInstanceProcAddr get_instance_proc_addr;
    VkInstance instance;
    VkPhysicalDevice physical_device;
    VkDevice device;
    VkQueue queue;                      /* of a family that computes */
    uint32_t queue_family;
    uint32_t queue_index;
    const char* const* instance_extensions;
    const char* const* device_extensions;
    uint32_t instance_extension_count;
    uint32_t device_extension_count;
    const void* features;               /* VkDeviceCreateInfo::pNext: VkPhysicalDeviceFeatures2 and its kin */
    /* Around each vkQueueSubmit, from the thread that called or that warms up. Must not call this library. Both or neither. */
    void (*lock_queue)(void* user, uint32_t family, uint32_t index);
    void (*unlock_queue)(void* user, uint32_t family, uint32_t index);
    void* user;
    const VkAllocationCallbacks* allocator;
    VkPipelineCache pipeline_cache;     /* gets the pipelines once they are made */
} rnv_host;

typedef enum rnv_severity { RNV_SEVERITY_WARNING = 0, RNV_SEVERITY_ERROR = 1 } rnv_severity;

typedef struct rnv_device_options {
    uint32_t size;
    uint32_t debug_names;               /* 1: names objects, where VK_EXT_debug_utils is enabled */
    uint64_t memory_limit;              /* bytes of device memory */
    const char* cache_folder;           /* where what was compiled is kept for the next start; NULL keeps nothing */
    const char* shader_folder;          /* modules compiled ahead, where the library has not its own; NULL for none */
    const char* own_device;             /* without a host: the device's index or a part of its name; NULL for the best */
    void (*log)(void* user, int32_t severity, const char* text);    /* from any thread that calls; text lives during it */
    void* user;
} rnv_device_options;

typedef struct rnv_device_info {
    uint32_t size;
    uint32_t is_lost;
    uint64_t allocated_bytes;           /* of device memory, now */
    char name[256];
} rnv_device_info;

typedef struct rnv_model_info {
    uint32_t size;
    uint32_t class_count;
    uint32_t image_side;                /* of the square that the network sees, in pixels */
    uint32_t reserved;
    char network[64];
} rnv_model_info;

typedef struct rnv_network_options {
    uint32_t size;
    uint32_t is_half;                   /* 1: activations and weights of 16 bits */
    uint32_t top;                       /* classes of a result; 5 */
    uint32_t max_shorter_side;          /* the most pixels of a frame's shorter side; 1080 */
    uint32_t frames_in_flight;          /* from being handed over to being read; 3 */
} rnv_network_options;

typedef struct rnv_network_info {
    uint32_t size;
    uint32_t value_count;               /* of read_logits, or of read_features */
    uint32_t step_count;                /* kernels of a frame after it was read */
    uint32_t reserved;
    int64_t longest_step_ns;            /* what a slice may exceed its budget by, as measured while warming up */
} rnv_network_info;

typedef enum rnv_access {
    RNV_ACCESS_SAMPLED = 0,             /* VK_IMAGE_USAGE_SAMPLED_BIT: read through the view */
    RNV_ACCESS_STORAGE = 1,             /* VK_IMAGE_USAGE_STORAGE_BIT: read through the view */
    RNV_ACCESS_TRANSFER = 2             /* VK_IMAGE_USAGE_TRANSFER_SRC_BIT: copied; needs no view */
} rnv_access;

typedef enum rnv_encoding {
    RNV_ENCODING_OF_FORMAT = 0,         /* formats of floating point hold light, all others what a display is sent (sRGB) */
    RNV_ENCODING_DISPLAY = 1            /* what a display is sent, whatever the format */
} rnv_encoding;

/* A host's image of two dimensions and one sample. It comes back in its layout with the pixels that it had. */
typedef struct rnv_image {
    uint32_t size;
    int32_t format;                     /* VkFormat of the view: R8G8B8A8 or B8G8R8A8 (UNORM, SRGB), A2B10G10R10_UNORM,
                                           R16G16B16A16_SFLOAT, B10G11R11_UFLOAT */
    VkImage image;
    VkImageView view;                   /* 2D, identity swizzle; VK_NULL_HANDLE with RNV_ACCESS_TRANSFER */
    uint32_t width;                     /* of the mip level */
    uint32_t height;
    int32_t layout;                     /* VkImageLayout that it has when the commands run, and again after them */
    int32_t access;                     /* rnv_access */
    uint32_t samples;                   /* VkSampleCountFlagBits; 0 for 1 */
    uint32_t mip_level;
    uint32_t array_layer;
    uint32_t is_flipped;                /* 1: the first row is the lowest */
    int32_t region_x;                   /* the part that is the frame; all of it where region_width is 0 */
    int32_t region_y;
    int32_t region_width;
    int32_t region_height;
    uint32_t is_other_family;           /* 1: queue_family owns the image and released it to the library's */
    uint32_t queue_family;
    int32_t encoding;                   /* rnv_encoding */
    float exposure;                     /* what light is multiplied with; 0 for 1 */
} rnv_image;

typedef enum rnv_pixel_format { RNV_RGBA8 = 0, RNV_BGRA8 = 1, RNV_RGB8 = 2 } rnv_pixel_format;

/* A frame in the CPU's memory, as a display is sent it: rows from the highest. Copied during the call. */
typedef struct rnv_pixels {
    uint32_t size;
    int32_t format;                     /* rnv_pixel_format */
    const void* bytes;
    uint64_t byte_count;
    uint32_t width;
    uint32_t height;
    uint32_t pitch;                     /* bytes from row to row; 0 where rows lie without gaps */
    uint32_t reserved;
} rnv_pixels;

/* A host's semaphore; value is of a timeline semaphore. */
typedef struct rnv_semaphore {
    VkSemaphore semaphore;
    uint64_t value;
} rnv_semaphore;

/* What must have happened before an image is read, and what happens when the commands ran; at most 16 of each. */
typedef struct rnv_sync {
    uint32_t size;
    uint32_t wait_count;
    const rnv_semaphore* waits;
    const rnv_semaphore* signals;
    uint32_t signal_count;
    uint32_t reserved;
} rnv_sync;

typedef struct rnv_class {
    int32_t index;
    float logit;
    float probability;
} rnv_class;

typedef struct rnv_result {
    uint32_t size;
    uint32_t class_count;               /* how many were written, likeliest first */
    uint64_t frame;                     /* the host's number */
    int64_t age_ns;                     /* since it was handed over */
    int64_t gpu_ns;                     /* from its first command to its last, on the device; -1 without timestamps */
} rnv_result;

typedef struct rnv_trainer_options {
    uint32_t size;
    uint32_t trains_whole_network;      /* 0: the last layer alone, which takes a thousandth of the time */
    uint32_t batch_size;                /* 16 */
    uint32_t max_frames;                /* kept at most, the oldest make room; 512 */
    uint32_t max_shorter_side;          /* 1080 */
    uint32_t seed;
    float learning_rate;                /* 0.01 */
} rnv_trainer_options;

typedef struct rnv_trainer_info {
    uint32_t size;
    uint32_t frame_count;               /* kept */
    uint32_t step_count;                /* made */
    float loss;                         /* of the last step that is known; NaN before */
    float accuracy;                     /* of that step's frames, from 0 to 1 */
    uint32_t reserved;
} rnv_trainer_info;

typedef struct rnv_api {
    uint32_t size;                      /* set by the caller to sizeof(rnv_api) */
    uint32_t version;                   /* of the library */

    void (*last_error)(rnv_error* error);

    /* Before the device is made. enable_features puts what is missing before the chain, and what it made is freed by
       free_features once the device is made and adopted; it fails where the physical device lacks what is required. */
    rnv_status (*requirements)(const rnv_requirement** list, uint32_t* count);
    rnv_status (*enable_features)(
        PFN_vkGetInstanceProcAddr get_instance_proc_addr, VkInstance instance, VkPhysicalDevice physical_device,
        uint32_t api_version, void* chain, void** patched);
    rnv_status (*free_features)(void* patched);
    rnv_status (*check_host)(const rnv_host* host);

    /* On a host's device, or with NULL on one of its own. */
    rnv_status (*create_device)(const rnv_host* host, const rnv_device_options* options, rnv_device** device);
    rnv_status (*device_info)(rnv_device* device, rnv_device_info* info);

    /* A safetensors or PyTorch file. network: "resnet50"; NULL where the file names it, as those that are trained here do. */
    rnv_status (*load_model)(const char* path, const char* network, rnv_model** model);
    rnv_status (*save_model)(rnv_model* model, const char* path);
    rnv_status (*model_info)(rnv_model* model, rnv_model_info* info);
    rnv_status (*model_label)(rnv_model* model, uint32_t index, char* text, uint32_t capacity);

    rnv_status (*create_classifier)(
        rnv_device* device, rnv_model* model, const rnv_network_options* options, rnv_network** network);
    rnv_status (*create_extractor)(
        rnv_device* device, rnv_model* model, const rnv_network_options* options, rnv_network** network);

    /* Queue. Makes, compiles and measures everything; with is_asynchronous on a thread that destroy joins, where the host's
       callbacks are called too. warm_up_status gives RNV_PENDING and how far it is, from 0 to 1, then RNV_OK or the error. */
    rnv_status (*warm_up)(rnv_network* network, uint32_t is_asynchronous);
    rnv_status (*warm_up_status)(rnv_network* network, float* progress);
    rnv_status (*network_info)(rnv_network* network, rnv_network_info* info);

    /* Into a command buffer outside of a render pass, which is submitted once. The compute pipeline, descriptor set 0 and push
       constants are others afterwards. RNV_DROPPED where too many frames are on their way: then nothing was recorded. */
    rnv_status (*record)(
        rnv_network* network, VkCommandBuffer commands, const rnv_image* image, uint64_t frame, uint64_t* ticket);
    /* Queue. Whole; returns at once. sync may be NULL. */
    rnv_status (*submit)(
        rnv_network* network, const rnv_image* image, uint64_t frame, const rnv_sync* sync, uint64_t* ticket);
    rnv_status (*submit_pixels)(rnv_network* network, const rnv_pixels* pixels, uint64_t frame, uint64_t* ticket);
    /* In slices: begin once, then submit_slice (queue) until it gives RNV_OK. The first slice reads the image. */
    rnv_status (*begin)(rnv_network* network, const rnv_image* image, uint64_t frame, uint64_t* ticket);
    rnv_status (*begin_pixels)(rnv_network* network, const rnv_pixels* pixels, uint64_t frame, uint64_t* ticket);
    rnv_status (*submit_slice)(rnv_network* network, uint32_t budget_us, const rnv_sync* sync);
    rnv_status (*cancel)(rnv_network* network);

    /* Never wait. ticket: 0 for the newest frame that is done. */
    rnv_status (*read_classes)(
        rnv_network* classifier, uint64_t ticket, rnv_class* classes, uint32_t capacity, rnv_result* result);
    rnv_status (*read_logits)(rnv_network* classifier, uint64_t ticket, float* logits, uint32_t capacity);
    rnv_status (*read_features)(
        rnv_network* extractor, uint64_t ticket, float* features, uint32_t capacity, rnv_result* result);

    /* Learning. Frames are added as they come (RNV_BUSY while one is still being read), learned from in slices (queue);
       trainer_model waits for the device. warm_up_trainer (queue) blocks. */
    rnv_status (*create_trainer)(
        rnv_device* device, rnv_model* model, const char* const* classes, uint32_t class_count,
        const rnv_trainer_options* options, rnv_trainer** trainer);
    rnv_status (*warm_up_trainer)(rnv_trainer* trainer);
    rnv_status (*trainer_add)(rnv_trainer* trainer, const rnv_image* image, uint32_t label);
    rnv_status (*trainer_add_pixels)(rnv_trainer* trainer, const rnv_pixels* pixels, uint32_t label);
    rnv_status (*trainer_slice)(rnv_trainer* trainer, uint32_t budget_us, const rnv_sync* sync);
    rnv_status (*trainer_info)(rnv_trainer* trainer, rnv_trainer_info* info);
    rnv_status (*trainer_model)(rnv_trainer* trainer, rnv_model** model);

    /* Any handle; NULL is nothing to do. A device that networks or trainers stand on is RNV_ERROR_STATE. Stops warming up, waits
       for what the object itself submitted; safe on a lost device and in the middle of a slice. */
    rnv_status (*destroy)(void* handle);
} rnv_api;

/* Fills a table. version: RNV_VERSION; table->size: sizeof(rnv_api). */
typedef rnv_status (*PFN_rnv_get_api)(uint32_t version, rnv_api* table);

#ifndef RNV_NO_PROTOTYPES
rnv_status rnv_get_api(uint32_t version, rnv_api* table);
#endif

#ifdef __cplusplus
}
#endif

#endif
