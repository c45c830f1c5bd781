/*
 * A host in C: a Vulkan program with a device and an image of its own, which asks what the image shows.
 *
 *   cc -o host host.c load_native.c -I../include -lvulkan -ldl         ./host libresnet_vulkan.so weights photo.ppm [network]
 *   cc -o host host.c load_hostfxr.c -I../include -lvulkan -ldl        ./host resnet_vulkan.dll weights photo.ppm [network]
 *
 * load_*.c find rnv_get_api; that is all that differs. The program does everything twice, as a host that reloads its plugins.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static rnv_api api = {.size = sizeof(rnv_api)};

static void check(int is_fine, const char* what)
{
    if (is_fine) return;
    rnv_error error = {.size = sizeof error};
    if (api.last_error) api.last_error(&error);
    fprintf(stderr, "%s failed: %d %s\n", what, error.status, error.text ? error.text : "");
    exit(1);
}

#define VK(call) check((call) == VK_SUCCESS, #call)
#define RNV(call) check((call) >= 0, #call)

/* A binary PPM file as R, G, B, A. */
static unsigned char* read_photo(const char* path, uint32_t* width, uint32_t* height)
{
    FILE* file = fopen(path, "rb");
    check(file && fscanf(file, "P6 %u %u 255", width, height) == 2 && fgetc(file) != EOF, path);
    size_t count = (size_t)*width * *height;
    unsigned char* pixels = malloc(count * 4);
    for (size_t i = 0; i < count; i++) {
        check(fread(pixels + 4 * i, 1, 3, file) == 3, path);
        pixels[4 * i + 3] = 255;
    }
    fclose(file);
    return pixels;
}

static uint32_t memory_type(VkPhysicalDevice gpu, uint32_t allowed, VkMemoryPropertyFlags wanted)
{
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(gpu, &memory);
    for (uint32_t i = 0; i < memory.memoryTypeCount; i++)
        if (allowed >> i & 1 && (memory.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
    check(0, "finding memory");
    return 0;
}

static VkDeviceMemory allocate(VkPhysicalDevice gpu, VkDevice device, VkMemoryRequirements needs, VkMemoryPropertyFlags wanted)
{
    VkMemoryAllocateInfo info = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, NULL, needs.size,
        memory_type(gpu, needs.memoryTypeBits, wanted)};
    VkDeviceMemory memory;
    VK(vkAllocateMemory(device, &info, NULL, &memory));
    return memory;
}

static void move(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to, VkAccessFlags before,
    VkPipelineStageFlags stage)
{
    VkImageMemoryBarrier barrier = {VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER, NULL, before, VK_ACCESS_TRANSFER_WRITE_BIT, from, to,
        VK_QUEUE_FAMILY_IGNORED, VK_QUEUE_FAMILY_IGNORED, image, {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
    if (to != VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL) barrier.dstAccessMask = VK_ACCESS_SHADER_READ_BIT;
    vkCmdPipelineBarrier(commands, stage, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

static void see(const char* library, const char* weights, const char* photo, const char* network_name)
{
    PFN_rnv_get_api get_api = load_rnv_get_api(library);
    check(get_api && get_api(RNV_VERSION, &api) == RNV_OK, "rnv_get_api");

    /* What any game has: an instance, a device with a queue, an image. The plugin's features go into the device's chain. */
    VkApplicationInfo app = {VK_STRUCTURE_TYPE_APPLICATION_INFO, NULL, "host", 1, NULL, 0, VK_API_VERSION_1_2};
    VkInstanceCreateInfo instance_info = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &app};
    VkInstance instance;
    VK(vkCreateInstance(&instance_info, NULL, &instance));
    VkPhysicalDevice gpu;
    uint32_t count = 1, family = 0;
    check(vkEnumeratePhysicalDevices(instance, &count, &gpu) >= 0 && count == 1, "finding a GPU");
    VkQueueFamilyProperties families[16];
    count = 16;
    vkGetPhysicalDeviceQueueFamilyProperties(gpu, &count, families);
    while (family < count && !(families[family].queueFlags & VK_QUEUE_COMPUTE_BIT)) family++;

    VkPhysicalDeviceFeatures2 features = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
    void* chain;
    RNV(api.enable_features(vkGetInstanceProcAddr, instance, gpu, VK_API_VERSION_1_2, &features, &chain));
    float priority = 1;
    VkDeviceQueueCreateInfo queue_info = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, NULL, 0, family, 1, &priority};
    VkDeviceCreateInfo device_info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, chain, 0, 1, &queue_info};
    VkDevice device;
    VK(vkCreateDevice(gpu, &device_info, NULL, &device));
    VkQueue queue;
    vkGetDeviceQueue(device, family, 0, &queue);

    rnv_image frame = {.size = sizeof frame, .format = VK_FORMAT_R8G8B8A8_UNORM,
        .layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, .access = RNV_ACCESS_SAMPLED};
    unsigned char* pixels = read_photo(photo, &frame.width, &frame.height);
    VkDeviceSize bytes = (VkDeviceSize)frame.width * frame.height * 4;
    VkImageCreateInfo image_info = {VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO, NULL, 0, VK_IMAGE_TYPE_2D, VK_FORMAT_R8G8B8A8_UNORM,
        {frame.width, frame.height, 1}, 1, 1, VK_SAMPLE_COUNT_1_BIT, VK_IMAGE_TILING_OPTIMAL,
        VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT};
    VK(vkCreateImage(device, &image_info, NULL, &frame.image));
    VkMemoryRequirements needs;
    vkGetImageMemoryRequirements(device, frame.image, &needs);
    VkDeviceMemory image_memory = allocate(gpu, device, needs, 0);
    VK(vkBindImageMemory(device, frame.image, image_memory, 0));
    VkImageViewCreateInfo view_info = {VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO, NULL, 0, frame.image, VK_IMAGE_VIEW_TYPE_2D,
        VK_FORMAT_R8G8B8A8_UNORM, {0}, {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1}};
    VK(vkCreateImageView(device, &view_info, NULL, &frame.view));

    VkBufferCreateInfo buffer_info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO, NULL, 0, bytes, VK_BUFFER_USAGE_TRANSFER_SRC_BIT};
    VkBuffer buffer;
    VK(vkCreateBuffer(device, &buffer_info, NULL, &buffer));
    vkGetBufferMemoryRequirements(device, buffer, &needs);
    VkDeviceMemory buffer_memory = allocate(gpu, device, needs,
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
    VK(vkBindBufferMemory(device, buffer, buffer_memory, 0));
    void* mapped;
    VK(vkMapMemory(device, buffer_memory, 0, bytes, 0, &mapped));
    memcpy(mapped, pixels, bytes);
    free(pixels);

    /* The plugin, on that device. */
    rnv_host host = {.size = sizeof host, .api_version = VK_API_VERSION_1_2,
        .get_instance_proc_addr = vkGetInstanceProcAddr, .instance = instance, .physical_device = gpu, .device = device,
        .queue = queue, .queue_family = family, .features = chain};
    rnv_device* plugin;
    rnv_model* model;
    rnv_network* classifier;
    RNV(api.create_device(&host, NULL, &plugin));
    RNV(api.free_features(chain));
    RNV(api.load_model(weights, network_name, &model));
    rnv_network_options options = {.size = sizeof options, .max_shorter_side = frame.height};
    RNV(api.create_classifier(plugin, model, &options, &classifier));
    RNV(api.warm_up(classifier, 0));

    /* A frame: the host draws its image, and the plugin's commands follow in the same command buffer. */
    VkCommandPoolCreateInfo pool_info = {VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO, NULL, 0, family};
    VkCommandPool pool;
    VK(vkCreateCommandPool(device, &pool_info, NULL, &pool));
    VkCommandBufferAllocateInfo commands_info = {VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, NULL, pool,
        VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
    VkCommandBuffer commands;
    VK(vkAllocateCommandBuffers(device, &commands_info, &commands));
    VkCommandBufferBeginInfo once = {VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, NULL,
        VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT};
    VK(vkBeginCommandBuffer(commands, &once));
    move(commands, frame.image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 0,
        VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT);
    VkBufferImageCopy copy = {.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
        .imageExtent = {frame.width, frame.height, 1}};
    vkCmdCopyBufferToImage(commands, buffer, frame.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &copy);
    move(commands, frame.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
        VK_ACCESS_TRANSFER_WRITE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT);
    uint64_t ticket;
    RNV(api.record(classifier, commands, &frame, 1, &ticket));
    VK(vkEndCommandBuffer(commands));
    VkSubmitInfo submit = {VK_STRUCTURE_TYPE_SUBMIT_INFO, .commandBufferCount = 1, .pCommandBuffers = &commands};
    VK(vkQueueSubmit(queue, 1, &submit, VK_NULL_HANDLE));

    /* Later frames ask whether it is there; this program has nothing else to do meanwhile. */
    rnv_class top[5];
    rnv_result result = {.size = sizeof result};
    rnv_status status;
    while ((status = api.read_classes(classifier, ticket, top, 5, &result)) == RNV_PENDING)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    RNV(status);
    for (uint32_t i = 0; i < result.class_count; i++) {
        char label[128];
        RNV(api.model_label(model, (uint32_t)top[i].index, label, sizeof label));
        printf("%u  %-30s %6.2f %%\n", i + 1, label, 100 * top[i].probability);
    }

    RNV(api.destroy(classifier));
    RNV(api.destroy(model));
    RNV(api.destroy(plugin));
    vkQueueWaitIdle(queue);
    vkDestroyCommandPool(device, pool, NULL);
    vkDestroyBuffer(device, buffer, NULL);
    vkFreeMemory(device, buffer_memory, NULL);
    vkDestroyImageView(device, frame.view, NULL);
    vkDestroyImage(device, frame.image, NULL);
    vkFreeMemory(device, image_memory, NULL);
    vkDestroyDevice(device, NULL);
    vkDestroyInstance(instance, NULL);
    unload_rnv();
}

int main(int count, char** arguments)
{
    if (count < 4) {
        fprintf(stderr, "usage: %s LIBRARY WEIGHTS PHOTO.ppm [NETWORK]\n", arguments[0]);
        return 2;
    }
    for (int life = 0; life < 2; life++)
        see(arguments[1], arguments[2], arguments[3], count > 4 ? arguments[4] : NULL);
    return 0;
}
