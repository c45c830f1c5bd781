#version 460
#include "tensor.glsl"
#include "flat.glsl"

// Rows of a batch from pictures in memory: framed, in another light, normalised, a square cut out. Augmentation.cs says what each step
// is; what is random was drawn there into `rows`.
//
//   pictures   (count, channels, height, width), bytes, all of one size
//   rows       (N), one record of 16 words each, see Row
//   grey       (N), the mean grey of what is seen, after brightness
//   x          (N, channels, outHeight, outWidth)
//
// A part that keeps its size is copied; with RESIZE others are resized as Pillow does it: along rows, rounded to bytes, then along columns,
// rounded again. ENLARGE is the same for parts that shrink along no axis, where the triangle has two taps. MEAN makes `grey`, one workgroup a row of the batch: each thread sums every so-manyth pixel, the first thread the sums, so
// the same bits on every run. Without MEAN one thread makes one pixel; the groups' second axis is the row.
struct Row {
    uint picture, left, top, width, height, resizedWidth, resizedHeight;
    int offsetX, offsetY;
    uint flip;
    float brightness, contrast, saturation;
    int cutLeft, cutTop;
    uint cutSide;
};

TENSOR(0, readonly, uint, pictures)
TENSOR(1, readonly, Row, rows)
#ifdef MEAN
TENSOR(2, writeonly, float, grey)
#else
TENSOR(2, readonly,  float, grey)
TENSOR(3, writeonly, float, x)
#endif

layout(push_constant) uniform Push {
    ADDRESS(pictures) ADDRESS(rows) ADDRESS(grey)
#ifndef MEAN
    ADDRESS(x)
#endif
    uint count;                     // pixels to make of each row
    uint height, width;             // of the pictures
    uint outHeight, outWidth;
    float meanR, meanG, meanB;
    float deviationR, deviationG, deviationB;
};

layout(constant_id = 1) const uint CHANNELS = 3u;       // of the pictures: 1 or 3

const vec3 GREY = vec3(0.299, 0.587, 0.114);

uint byteAt(uint at) {
    return pictures.at[at >> 2] >> ((at & 3u) * 8u) & 255u;
}

vec3 levelsAt(Row r, uint column, uint line) {
    uint at = ((r.picture * height + r.top + line) * width + r.left + column) * CHANNELS;
    vec3 levels = vec3(byteAt(at));
    if (CHANNELS == 3u) levels.gb = vec2(byteAt(at + 1u), byteAt(at + 2u));
    return levels;
}

vec3 rounded(vec3 levels) {
    return clamp(floor(levels + 0.5), 0.0, 255.0);
}

#ifdef ENLARGE
vec3 resizedAt(Row r, uint column, uint line) {
    vec2 size = vec2(r.width, r.height), at = (vec2(column, line) + 0.5) * size / vec2(r.resizedWidth, r.resizedHeight) - 0.5;
    vec2 low = floor(at), part = at - low;
    uvec2 first = uvec2(max(low, 0.0)), second = uvec2(min(low + 1.0, size - 1.0));
    vec3 upper = rounded(mix(levelsAt(r, first.x, first.y), levelsAt(r, second.x, first.y), part.x));
    vec3 lower = rounded(mix(levelsAt(r, first.x, second.y), levelsAt(r, second.x, second.y), part.x));
    return rounded(mix(upper, lower, part.y));
}
#elif defined(RESIZE)
// The taps of one resized pixel: source pixels first to last, weighted by a triangle around `center`.
struct Taps { uint first, last; float center, reach; };

Taps taps(uint at, uint from, uint to) {
    float scale = float(from) / float(to), reach = max(scale, 1.0), center = (float(at) + 0.5) * scale;
    return Taps(uint(max(int(center - reach + 0.5), 0)), uint(min(int(center + reach + 0.5), int(from))), center, reach);
}

float weight(Taps t, uint i) {
    return max(1.0 - abs((float(i) - t.center + 0.5) / t.reach), 0.0);
}

vec3 resizedAt(Row r, uint column, uint line) {
    Taps across = taps(column, r.width, r.resizedWidth), down = taps(line, r.height, r.resizedHeight);
    vec3 sum = vec3(0.0);
    float weights = 0.0;
    for (uint i = down.first; i < down.last; i++) {
        vec3 rowSum = vec3(0.0);
        float rowWeights = 0.0;
        for (uint k = across.first; k < across.last; k++) {
            float w = weight(across, k);
            rowSum += w * levelsAt(r, k, i);
            rowWeights += w;
        }
        float w = weight(down, i);
        sum += w * rounded(rowSum / rowWeights);
        weights += w;
    }
    return rounded(sum / weights);
}
#endif

// What is seen at a pixel of the result, from 0 to 1, after brightness.
vec3 seen(Row r, uint column, uint line) {
    int from = int(r.flip != 0u ? outWidth - 1u - column : column) + r.offsetX, at = int(line) + r.offsetY;
    if (uint(from) >= r.resizedWidth || uint(at) >= r.resizedHeight) return vec3(0.0);
#if defined(RESIZE) || defined(ENLARGE)
    vec3 v = resizedAt(r, uint(from), uint(at));
#else
    vec3 v = levelsAt(r, uint(from), uint(at));
#endif
    return min(v / 255.0 * r.brightness, 1.0);
}

#ifdef MEAN
shared float sums[gl_WorkGroupSize.x];

void main() {
    uint lane = gl_LocalInvocationIndex, lanes = gl_WorkGroupSize.x;
    Row r = rows.at[gl_WorkGroupID.x];
    float sum = 0.0;
    for (uint i = lane; i < count; i += lanes) sum += dot(seen(r, i % outWidth, i / outWidth), GREY);
    sums[lane] = sum;
    barrier();
    if (lane != 0u) return;
    for (uint i = 1u; i < lanes; i++) sum += sums[i];
    grey.at[gl_WorkGroupID.x] = sum / float(count);
}
#else
void main() {
    vec3 mean = vec3(meanR, meanG, meanB), deviation = vec3(deviationR, deviationG, deviationB);
    uint n = gl_WorkGroupID.y;
    Row r = rows.at[n];
    FOR_EACH(i, count) {
        uint line = i / outWidth, column = i - line * outWidth;
        vec3 v = seen(r, column, line);
        if (r.contrast != 1.0) v = clamp(v * r.contrast + (1.0 - r.contrast) * grey.at[n], 0.0, 1.0);
        if (r.saturation != 1.0) v = clamp(v * r.saturation + (1.0 - r.saturation) * dot(v, GREY), 0.0, 1.0);
        v = (v - mean) / deviation;
        bool isCut = uint(int(column) - r.cutLeft) < r.cutSide && uint(int(line) - r.cutTop) < r.cutSide;
        if (isCut) v = vec3(0.0);
        if (CHANNELS == 1u) {
            x.at[n * count + i] = v.r;
        } else {
            uint at = 3u * (n * count + i);
            x.at[at] = v.r;
            x.at[at + 1u] = v.g;
            x.at[at + 2u] = v.b;
        }
    }
}
#endif
