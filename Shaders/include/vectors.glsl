// float32 tensors that are read and written V elements at a time; how is what a device is fastest at (VectorLoad.cs):
//
//   LOAD_TEXELS    V = 4, through a texel buffer, stored as 64-bit words
//   LOAD_64        V = 2, as 64-bit words
//   LOAD_VECTORS   V = 4, as vectors
//   HALF           V = 1, float16 in memory
//   else           V = 1, any number of elements
//
//   SOURCE(0, x)
//   SINK(1, y)
//   layout(push_constant) uniform Push { SOURCE_ADDRESS(x) ADDRESS(y) int xOffset; ... };      ... STORE(y, i, LOAD(x, i))
//
// The i-th vector is elements i*V to i*V + V - 1. xOffset is what lies before x in its memory block, in vectors; 0 unless
// LOAD_TEXELS.
#include "tensor.glsl"
#extension GL_EXT_control_flow_attributes : require
#if defined(LOAD_TEXELS) || defined(LOAD_64)
#extension GL_ARB_gpu_shader_int64 : require
uint64_t packPair(vec2 pair) { return packUint2x32(floatBitsToUint(pair)); }
#endif

#if defined(LOAD_TEXELS)
#define V 4
#define VECTOR vec4
#define SOURCE(slot, name) TEXELS(slot, name)
#define SOURCE_ADDRESS(name)
#define LOAD(name, i) texelFetch(name, name##Offset + int(i))
#define SINK(slot, name) TENSOR(slot, writeonly, uint64_t, name)
#define STORE(name, i, value) { VECTOR v_ = value; name.at[2 * (i)] = packPair(v_.xy); name.at[2 * (i) + 1] = packPair(v_.zw); }
#elif defined(LOAD_64)
#define V 2
#define VECTOR vec2
#define SOURCE(slot, name) TENSOR(slot, readonly, uint64_t, name)
#define SOURCE_ADDRESS(name) ADDRESS(name)
#define LOAD(name, i) uintBitsToFloat(unpackUint2x32(name.at[i]))
#define SINK(slot, name) TENSOR(slot, writeonly, uint64_t, name)
#define STORE(name, i, value) { name.at[i] = packPair(value); }
#elif defined(HALF)
#include "element.glsl"
#define V 1
#define VECTOR float
#define SOURCE(slot, name) TENSOR(slot, readonly, ELEMENT, name)
#define SOURCE_ADDRESS(name) ADDRESS(name)
#define LOAD(name, i) float(name.at[i])
#define SINK(slot, name) TENSOR(slot, writeonly, ELEMENT, name)
#define STORE(name, i, value) { name.at[i] = ELEMENT(value); }
#else
#if defined(LOAD_VECTORS)
#define V 4
#define VECTOR vec4
#else
#define V 1
#define VECTOR float
#endif
#define SOURCE(slot, name) TENSOR(slot, readonly, VECTOR, name)
#define SOURCE_ADDRESS(name) ADDRESS(name)
#define LOAD(name, i) name.at[i]
#define SINK(slot, name) TENSOR(slot, writeonly, VECTOR, name)
#define STORE(name, i, value) { name.at[i] = value; }
#endif

// One element of a vector, to read or to write.
#if V == 1
#define PART(vector, j) vector
#else
#define PART(vector, j) vector[j]
#endif
