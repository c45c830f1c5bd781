#define RNV_NO_PROTOTYPES
#include "resnet_vulkan.h"

/* Finds rnv_get_api in a library; NULL where it is not there, with the reason on stderr. */
PFN_rnv_get_api load_rnv_get_api(const char* library);
void unload_rnv(void);
