// Flat vectors, four elements a thread, by the loads and stores that are fast on the device. A vector begins at a multiple of 64
// bytes and has a multiple of four elements.
//
//   LOAD_TEXELS     lavapipe before Mesa 25: texels in, 64-bit words out
//   LOAD_64         lavapipe: 64-bit words
//   without         vec4
//
//   QUADS_IN(0, x)      QUADS_OUT(1, y)
//   layout(push_constant) uniform Push { QUADS_ADDRESS(x) ADDRESS(y) uint quads; uint xQuad; };
//   FOR_EACH(i, quads) STORE_QUAD(y, i, 2.0 * LOAD_QUAD(x, i));
//
// xQuad is where x begins in what is bound: not 0 for texels alone.
#if defined(LOAD_TEXELS) || defined(LOAD_64)
#extension GL_ARB_gpu_shader_int64 : require
#define QUADS_OUT(slot, name) TENSOR(slot, writeonly, uint64_t, name)
#define STORE_QUAD(name, i, quad) { \
    vec4 quad_ = quad; \
    name.at[2u * (i)] = packUint2x32(floatBitsToUint(quad_.xy)); \
    name.at[2u * (i) + 1u] = packUint2x32(floatBitsToUint(quad_.zw)); }
#else
#define QUADS_OUT(slot, name) TENSOR(slot, writeonly, vec4, name)
#define STORE_QUAD(name, i, quad) name.at[i] = quad
#endif

#if defined(LOAD_TEXELS)
#define QUADS_IN(slot, name) TEXELS(slot, name)
#define QUADS_ADDRESS(name)
#define LOAD_QUAD(name, i) texelFetch(name, int(name##Quad + (i)))
#elif defined(LOAD_64)
#define QUADS_IN(slot, name) TENSOR(slot, readonly, uint64_t, name)
#define QUADS_ADDRESS(name) ADDRESS(name)
#define LOAD_QUAD(name, i) vec4(uintBitsToFloat(unpackUint2x32(name.at[2u * (i)])), \
                                uintBitsToFloat(unpackUint2x32(name.at[2u * (i) + 1u])))
#else
#define QUADS_IN(slot, name) TENSOR(slot, readonly, vec4, name)
#define QUADS_ADDRESS(name) ADDRESS(name)
#define LOAD_QUAD(name, i) name.at[i]
#endif
