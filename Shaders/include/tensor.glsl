// How a tensor reaches a kernel: one declaration, two forms, chosen by one define.
//
//   with ADDRESSES     a pointer (buffer device address) among the push constants. No range limit; used wherever the device has it.
//   without            a storage buffer at set 0. Limited by maxStorageBufferRange.
//
// Either way the elements are name.at[i], so a kernel's body is written once:
//
//   TENSOR(0, readonly,  float, x)
//   TENSOR(1, writeonly, float, y)
//   layout(push_constant) uniform Push { ADDRESS(x) ADDRESS(y) uint count; };
//
// HOLD(y) before a branch, and HELD(y).at[i] within it: there a CPU driver would load the pointer lane by lane, at each use.
//
// The slots count from 0 and stand in the order in which C# names the tensors; ADDRESS comes first in Push, in the same order.
// A tensor begins at a multiple of 64 bytes.
#ifdef ADDRESSES
#extension GL_EXT_buffer_reference : require
#define TENSOR(slot, access, type, name) \
    layout(buffer_reference, std430, buffer_reference_align = 16) access buffer name##Pointer { type at[]; };
#define ADDRESS(name) name##Pointer name;
#define HOLD(name) name##Pointer name##Held = name;
#define HELD(name) name##Held
#else
#define TENSOR(slot, access, type, name) \
    layout(std430, set = 0, binding = slot) access buffer name##Buffer { type at[]; } name;
#define ADDRESS(name)
#define HOLD(name)
#define HELD(name) name
#endif

// A tensor that is only read, four elements a load, through a texel buffer (R32G32B32A32 or R16G16B16A16 float): on some CPU
// drivers the cheapest load there is. The view begins at the tensor's memory block, so the kernel adds the tensor's own offset.
#define TEXELS(slot, name) layout(set = 0, binding = slot) uniform samplerBuffer name;
