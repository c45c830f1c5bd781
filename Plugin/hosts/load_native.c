/* The shared library, which needs no .NET. */
#include "host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static void* loaded;

PFN_rnv_get_api load_rnv_get_api(const char* library)
{
    PFN_rnv_get_api get_api = NULL;
    loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    void* symbol = loaded ? dlsym(loaded, "rnv_get_api") : NULL;
    memcpy(&get_api, &symbol, sizeof get_api);      /* ISO C knows no cast from an object to a function */
    if (!get_api) fprintf(stderr, "%s\n", dlerror());
    return get_api;
}

void unload_rnv(void)
{
    dlclose(loaded);
}
