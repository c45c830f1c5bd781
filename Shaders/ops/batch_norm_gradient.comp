#version 460

// The gradient of batch norm, in three dispatches. With RELU dy is first masked by whether the outcome lay above 0, which is
// computed from x again, in the same way; NaN passes.
//
//   SUMS       of each strip of pixels the sums over dy and over dy * (x - mean), channel by channel
//   MERGE      dbias[c] = sum of dy,  dweight[c] = sum of dy * (x - mean[c]) * inverse[c]
//   GRADIENT   dx = weight * inverse * (dy - dbias / count - (x - mean) * inverse * dweight / count)
//
// With FROZEN the statistics are constants, given as mean and variance: inverse = 1 / sqrt(variance + epsilon), and
// dx = weight * inverse * dy.
//
//   x, dy, dx   (N, C, H, W), of which `pixels` = N * H * W is the count
//   partials    [partial][sum, sum of products][C]
//   the others  (C)
//
// All orders are fixed.
#if defined(SUMS)
#include "channel_strips.glsl"
layout(constant_id = 4) const bool RELU = false;
SOURCE(0, x)
SOURCE(1, dy)
TENSOR(2, readonly, float, weight)      // these four only with RELU, but for the mean
TENSOR(3, readonly, float, bias)
TENSOR(4, readonly, float, mean)
TENSOR(5, readonly, float, inverse)
SINK(6, partials)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) SOURCE_ADDRESS(dy) ADDRESS(weight) ADDRESS(bias) ADDRESS(mean) ADDRESS(inverse) ADDRESS(partials)
    int xOffset, dyOffset;
    int vectors;            // C / V
    int pixels;
    int stripPixels;
};

Lane lane;
VECTOR middle[SPAN], scale[SPAN], offset[SPAN], sum[SPAN], products[SPAN], runSum[SPAN], runProducts[SPAN];

void add(int pixel) {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int at = pixel * vectors + min(lane.c + i * LANES, vectors - 1);
        VECTOR value = LOAD(x, at), gradient = LOAD(dy, at);
        if (RELU) {
            VECTOR y = normalized(value, middle[i], scale[i], offset[i]);
            [[unroll]] for (int j = 0; j < V; j++) PART(gradient, j) = PART(y, j) <= 0.0 ? 0.0 : PART(gradient, j);
        }
        runSum[i] += gradient;
        runProducts[i] += gradient * (value - middle[i]);
    }
}

void flush() {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        sum[i] += runSum[i];
        products[i] += runProducts[i];
        runSum[i] = runProducts[i] = VECTOR(0.0);
    }
}

void main() {
    lane = laneOf(vectors, pixels, stripPixels);
    if (!lane.works) return;
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = min(lane.c + i * LANES, vectors - 1);
        middle[i] = CHANNELS(mean, c);
        if (RELU) {
            scale[i] = CHANNELS(inverse, c) * CHANNELS(weight, c);
            offset[i] = CHANNELS(bias, c);
        }
        sum[i] = products[i] = runSum[i] = runProducts[i] = VECTOR(0.0);
    }
    FOR_EACH_RUN(lane, add, flush)
    [[unroll]] for (int i = 0; i < SPAN; i++)
        if (lane.c + i * LANES < vectors) {
            int at = 2 * lane.partial * vectors + lane.c + i * LANES;
            STORE(partials, at, sum[i])
            STORE(partials, at + vectors, products[i])
        }
}
#elif defined(MERGE)
#include "tensor.glsl"
#include "merge_strips.glsl"
TENSOR(0, readonly,  float, partials)
#ifdef FROZEN
TENSOR(1, readonly,  float, variance)
#else
TENSOR(1, readonly,  float, inverse)
#endif
TENSOR(2, writeonly, float, dweight)
TENSOR(3, writeonly, float, dbias)

layout(push_constant) uniform Push {
    ADDRESS(partials)
#ifdef FROZEN
    ADDRESS(variance)
#else
    ADDRESS(inverse)
#endif
    ADDRESS(dweight) ADDRESS(dbias)
    int channels;           // C
    int count;              // of partials
    float epsilon;
};

void main() {
    int c = int(gl_GlobalInvocationID.x), channel = min(c, channels - 1), part = int(gl_LocalInvocationID.y);
    Sum gradients = Sum(0.0, 0.0), along = gradients;
    for (int i = part; i < count; i += PARTS) {
        add(gradients, partials.at[2 * i * channels + channel]);
        add(along, partials.at[(2 * i + 1) * channels + channel]);
    }
    float sum = total(gradients), products = total(along);
    if (part != 0 || c >= channels) return;
    dbias.at[c] = sum;
#ifdef FROZEN
    dweight.at[c] = products * inversesqrt(variance.at[c] + epsilon);
#else
    dweight.at[c] = products * inverse.at[c];
#endif
}
#elif defined(FROZEN)
#include "channel_strips.glsl"
SOURCE(0, dy)
TENSOR(1, readonly, float, weight)
TENSOR(2, readonly, float, variance)
SINK(3, dx)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(dy) ADDRESS(weight) ADDRESS(variance) ADDRESS(dx)
    int dyOffset;
    int vectors;
    int pixels;
    int stripPixels;
    float epsilon;
};

Lane lane;
VECTOR scale[SPAN];

void apply(int pixel) {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = lane.c + i * LANES, at = pixel * vectors + c;
        if (c < vectors) STORE(dx, at, LOAD(dy, at) * scale[i])
    }
}

void main() {
    lane = laneOf(vectors, pixels, stripPixels);
    if (!lane.works) return;
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = min(lane.c + i * LANES, vectors - 1);
        scale[i] = inversesqrt(CHANNELS(variance, c) + epsilon) * CHANNELS(weight, c);
    }
    FOR_EACH_PIXEL(lane, apply)
}
#else   // GRADIENT
#include "channel_strips.glsl"
layout(constant_id = 4) const bool RELU = false;
SOURCE(0, x)
SOURCE(1, dy)
TENSOR(2, readonly, float, weight)
TENSOR(3, readonly, float, bias)        // with RELU alone
TENSOR(4, readonly, float, mean)
TENSOR(5, readonly, float, inverse)
TENSOR(6, readonly, float, dweight)
TENSOR(7, readonly, float, dbias)
SINK(8, dx)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) SOURCE_ADDRESS(dy) ADDRESS(weight) ADDRESS(bias) ADDRESS(mean) ADDRESS(inverse)
    ADDRESS(dweight) ADDRESS(dbias) ADDRESS(dx)
    int xOffset, dyOffset;
    int vectors;
    int pixels;
    int stripPixels;
};

Lane lane;
VECTOR middle[SPAN], scale[SPAN], offset[SPAN], constant[SPAN], slope[SPAN];

void apply(int pixel) {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = lane.c + i * LANES, at = pixel * vectors + c;
        if (c < vectors) {
            VECTOR value = LOAD(x, at), gradient = LOAD(dy, at);
            if (RELU) {
                VECTOR y = normalized(value, middle[i], scale[i], offset[i]);
                [[unroll]] for (int j = 0; j < V; j++) PART(gradient, j) = PART(y, j) <= 0.0 ? 0.0 : PART(gradient, j);
            }
            STORE(dx, at, scale[i] * (gradient - constant[i] - (value - middle[i]) * slope[i]))
        }
    }
}

void main() {
    lane = laneOf(vectors, pixels, stripPixels);
    if (!lane.works) return;
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = min(lane.c + i * LANES, vectors - 1);
        VECTOR deviation = CHANNELS(inverse, c);
        middle[i] = CHANNELS(mean, c);
        scale[i] = deviation * CHANNELS(weight, c);
        if (RELU) offset[i] = CHANNELS(bias, c);
        constant[i] = CHANNELS(dbias, c) / float(pixels);
        slope[i] = CHANNELS(dweight, c) * deviation / float(pixels);
    }
    FOR_EACH_PIXEL(lane, apply)
}
#endif
