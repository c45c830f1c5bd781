#version 460
#ifdef SAMPLED
#extension GL_EXT_samplerless_texture_functions : require
#elif defined(ANY)
#extension GL_EXT_shader_image_load_formatted : require
#endif
#include "tensor.glsl"

// A window of a host's image to bytes R, G, B, 255 as a display is sent them: what image_to_tensor.comp takes. One thread, one pixel.
//
//   pixels   a word a pixel of the window, row by row
//   frame    SAMPLED: the image, fetched; STORAGE: the image, loaded, its format ANY (shaderStorageImageReadWithoutFormat), RGBA8 or
//            RGBA16F; WORDS: texels that were copied out of it, of the window alone
TENSOR(0, writeonly, uint, pixels)
#ifdef SAMPLED
layout(set = 0, binding = 1) uniform texture2D frame;
#elif defined(ANY)
layout(set = 0, binding = 1) readonly uniform image2D frame;
#elif defined(RGBA8)
layout(set = 0, binding = 1, rgba8) readonly uniform image2D frame;
#elif defined(RGBA16F)
layout(set = 0, binding = 1, rgba16f) readonly uniform image2D frame;
#else
TENSOR(1, readonly, uint, frame)
#endif

layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    ADDRESS(pixels)
#ifdef WORDS
    ADDRESS(frame)
#endif
    uint count;                 // pixels of the window
    uint width;                 // of the window
    int left, top;              // of the window, in the image; the image's own rows, whichever way they run
    int down;                   // 1, or -1 where the image's first row is the lowest: then `top` is its last
    uint format;                // of WORDS: 0 RGBA8, 1 BGRA8, 2 A2B10G10R10, 3 RGBA16F, 4 B10G11R11F
    uint isLight;               // whether the numbers are light rather than what a display is sent
    float exposure;
};

#ifdef WORDS
// An unsigned float of 5 bits of exponent and `bits` of mantissa, moved to where a half has its own.
float small(uint word, uint bits) {
    return unpackHalf2x16((word & ((32u << bits) - 1u)) << (10u - bits)).x;
}

vec3 texel(uint i) {
    uint w = frame.at[format == 3u ? 2u * i : i];
    if (format == 2u) return vec3(w & 1023u, w >> 10 & 1023u, w >> 20 & 1023u) / 1023.0;
    if (format == 3u) return vec3(unpackHalf2x16(w), unpackHalf2x16(frame.at[2u * i + 1u]).x);
    if (format == 4u) return vec3(small(w, 6u), small(w >> 11, 6u), small(w >> 22, 5u));
    vec4 v = unpackUnorm4x8(w);
    return format == 1u ? v.bgr : v.rgb;
}
#else
vec3 texel(uint i) {
    // Rows of an upside-down image are walked upwards.
    ivec2 at = ivec2(left + int(i % width), top + down * int(i / width));
#ifdef SAMPLED
    // The level is 0, which the compiler must not know: Mesa 25.0 would fetch the first lane's texel for all lanes.
    return texelFetch(frame, at, int(i / count)).rgb;
#else
    return imageLoad(frame, at).rgb;
#endif
}
#endif

void main() {
    uint thread = gl_GlobalInvocationID.x + gl_GlobalInvocationID.y * gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    uint i = min(thread, count - 1u);
#ifdef WORDS
    // The copy has the image's order of rows.
    uint row = i / width, rows = count / width;
    vec3 v = texel(down < 0 ? (rows - 1u - row) * width + i % width : i);
#else
    vec3 v = texel(i);
#endif
    if (isLight != 0u) {
        v = clamp(v * exposure, 0.0, 1.0);      // sRGB, IEC 61966-2-1
        v = mix(1.055 * pow(v, vec3(1.0 / 2.4)) - 0.055, 12.92 * v, lessThanEqual(v, vec3(0.0031308)));
    }
    if (thread < count) pixels.at[i] = packUnorm4x8(vec4(v, 1.0));
}
