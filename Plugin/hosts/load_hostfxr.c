/* The assembly, in a .NET runtime that hostfxr starts: https://learn.microsoft.com/dotnet/core/tutorials/netcore-hosting.
   hostfxr is looked for in DOTNET_ROOT or /usr/share/dotnet, /usr/lib/dotnet; nethost of the .NET SDK does it on every system. */
#include "host.h"

#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*initialize_fn)(const char* runtimeconfig, const void* parameters, void** context);
typedef int (*get_delegate_fn)(void* context, int type, void** function);
typedef int (*close_fn)(void* context);
typedef int (*load_fn)(
    const char* assembly, const char* type, const char* method, const char* delegate_type, void* reserved, void** function);

#define LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER 5
#define UNMANAGED_CALLERS_ONLY ((const char*)-1)

/* The newest of the runtimes: glob sorts by text, which is right within a major version. */
static void* open_hostfxr(void)
{
    const char* roots[] = {getenv("DOTNET_ROOT"), "/usr/share/dotnet", "/usr/lib/dotnet"};
    for (int i = 0; i < 3; i++) {
        char pattern[1024];
        glob_t found;
        if (!roots[i] || snprintf(pattern, sizeof pattern, "%s/host/fxr/*/libhostfxr.so", roots[i]) >= (int)sizeof pattern) continue;
        if (glob(pattern, 0, NULL, &found)) continue;
        void* hostfxr = dlopen(found.gl_pathv[found.gl_pathc - 1], RTLD_NOW | RTLD_LOCAL);
        globfree(&found);
        if (hostfxr) return hostfxr;
    }
    return NULL;
}

PFN_rnv_get_api load_rnv_get_api(const char* library)
{
    void *hostfxr = open_hostfxr(), *context = NULL, *symbols[3] = {0}, *load = NULL, *found = NULL;
    if (!hostfxr) {
        fprintf(stderr, "No .NET runtime was found; set DOTNET_ROOT.\n");
        return NULL;
    }
    const char* names[] = {"hostfxr_initialize_for_runtime_config", "hostfxr_get_runtime_delegate", "hostfxr_close"};
    for (int i = 0; i < 3; i++)
        symbols[i] = dlsym(hostfxr, names[i]);
    initialize_fn initialize;
    get_delegate_fn get_delegate;
    close_fn close;
    load_fn load_assembly;
    memcpy(&initialize, &symbols[0], sizeof initialize);
    memcpy(&get_delegate, &symbols[1], sizeof get_delegate);
    memcpy(&close, &symbols[2], sizeof close);

    /* resnet_vulkan.dll has resnet_vulkan.runtimeconfig.json beside it. A second time gives 1: the runtime runs already. */
    char config[4096];
    size_t stem = strlen(library) < 4 ? 0 : strlen(library) - 4;
    snprintf(config, sizeof config, "%.*s.runtimeconfig.json", (int)stem, library);
    int status = initialize(config, NULL, &context);
    if (status >= 0) status = get_delegate(context, LOAD_ASSEMBLY_AND_GET_FUNCTION_POINTER, &load);
    if (context) close(context);
    if (status >= 0) {
        memcpy(&load_assembly, &load, sizeof load_assembly);
        status = load_assembly(
            library, "ResNetVulkan.Native.NativeApi, resnet_vulkan", "GetApi", UNMANAGED_CALLERS_ONLY, NULL, &found);
    }
    if (status < 0) fprintf(stderr, "The .NET runtime does not load %s: 0x%x\n", library, (unsigned)status);
    PFN_rnv_get_api get_api = NULL;
    memcpy(&get_api, &found, sizeof get_api);
    return get_api;
}

void unload_rnv(void)
{
    /* A .NET runtime stays until the process ends. */
}
