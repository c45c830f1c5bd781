#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// Photos to the tensor that a network takes: resized with antialiasing, cropped, normalised; each photo of a batch has its own size.
// The resize is PIL's bilinear one: a triangle as wide as the reduction, first along rows, rounded to bytes, then along columns, rounded
// again, so that the tensor is the one that the weights were trained on.
//
//   pixels   bytes of all photos, rows packed as `frames` says
//   frames   one record of 16 words a photo, see Frame
//   rows     (N, 1, maxRows, outWidth), bytes R, G, B of what the first pass makes
//   x        (N, channels, outHeight, outWidth); one channel is grey, as PIL weighs colours
//
// ROWS makes `rows`, COLUMNS makes `x` from it. One thread makes one pixel of either.
struct Frame {
    uint offset;                // of the first pixel, in bytes
    uint pitch;                 // bytes from row to row
    uint width, height;         // of the photo
    uint format;                // 0 RGBA8, 1 BGRA8, 2 RGB8
    uint resizedWidth, resizedHeight;
    int left, top;              // of the crop, in the resized photo; negative where the crop is larger
    uint firstRow, rowCount;    // the photo's rows that the crop depends on
    uint reserved0, reserved1, reserved2, reserved3, reserved4;
};

TENSOR(0, readonly, Frame, frames)
#ifdef ROWS
TENSOR(1, readonly,  uint, pixels)
TENSOR(2, writeonly, uint, rows)
#else
TENSOR(1, readonly,  uint, rows)
TENSOR(2, writeonly, ELEMENT, x)
#endif

layout(push_constant) uniform Push {
    ADDRESS(frames)
#ifdef ROWS
    ADDRESS(pixels) ADDRESS(rows)
#else
    ADDRESS(rows) ADDRESS(x)
#endif
    uint count;                 // pixels to make, over all photos
    uint maxRows;
    uint outHeight, outWidth;
    float meanR, meanG, meanB;
    float deviationR, deviationG, deviationB;
    uint channels;              // 3, or 1
};

// The taps of one resized pixel: source pixels first to last, weighted by a triangle around `center`.
struct Taps { int first, last; float center, reach; };

Taps taps(int at, uint from, uint to) {
    float scale = float(from) / float(to), reach = max(scale, 1.0), center = (float(at) + 0.5) * scale;
    return Taps(max(int(center - reach + 0.5), 0), min(int(center + reach + 0.5), int(from)), center, reach);
}

float weight(Taps t, int i) {
    return max(1.0 - abs((float(i) - t.center + 0.5) / t.reach), 0.0);
}

vec3 rounded(vec3 sum, float weights) {
    return clamp(floor(sum / weights + 0.5), 0.0, 255.0);
}

#ifdef ROWS
uint byteAt(uint at) {
    return pixels.at[at >> 2] >> ((at & 3u) * 8u) & 255u;
}

vec3 pixel(Frame f, uint row, uint column) {
    uint at = f.offset + row * f.pitch + column * (f.format == 2u ? 3u : 4u);
    vec3 v = vec3(byteAt(at), byteAt(at + 1u), byteAt(at + 2u));
    return f.format == 1u ? v.bgr : v;
}

void main() {
    FOR_EACH(i, count) {
        uint column = i % outWidth, row = i / outWidth % maxRows;
        Frame f = frames.at[i / outWidth / maxRows];
        int at = int(column) + f.left;
        if (row >= f.rowCount || uint(at) >= f.resizedWidth) continue;

        Taps t = taps(at, f.width, f.resizedWidth);
        vec3 sum = vec3(0.0);
        float weights = 0.0;
        for (int k = t.first; k < t.last; k++) {
            float w = weight(t, k);
            sum += w * pixel(f, f.firstRow + row, uint(k));
            weights += w;
        }
        uvec3 v = uvec3(rounded(sum, weights));
        rows.at[i] = v.r | v.g << 8 | v.b << 16;
    }
}
#else
void main() {
    FOR_EACH(i, count) {
        uint column = i % outWidth, line = i / outWidth % outHeight, n = i / outWidth / outHeight;
        Frame f = frames.at[n];
        int at = int(line) + f.top;
        vec3 v = vec3(0.0);             // beyond the photo: black
        if (uint(at) < f.resizedHeight && uint(int(column) + f.left) < f.resizedWidth) {
            Taps t = taps(at, f.height, f.resizedHeight);
            float weights = 0.0;
            for (int k = t.first; k < t.last; k++) {
                float w = weight(t, k);
                uint bytes = rows.at[(n * maxRows + uint(k) - f.firstRow) * outWidth + column];
                v += w * vec3(bytes & 255u, bytes >> 8 & 255u, bytes >> 16 & 255u);
                weights += w;
            }
            v = rounded(v, weights);
        }
        if (channels == 1u) {
            uvec3 c = uvec3(v);
            v = vec3(float((19595u * c.r + 38470u * c.g + 7471u * c.b + 32768u) >> 16));
        }
        v = (v / 255.0 - vec3(meanR, meanG, meanB)) / vec3(deviationR, deviationG, deviationB);
        x.at[channels * i] = ELEMENT(v.r);
        if (channels == 1u) continue;
        x.at[3u * i + 1u] = ELEMENT(v.g);
        x.at[3u * i + 2u] = ELEMENT(v.b);
    }
}
#endif
