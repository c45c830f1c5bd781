#version 460

// Batch norm with the batch's own statistics, in three dispatches:
//
//   STATISTICS   of each strip of pixels the mean and the sum of squared distances from it, channel by channel
//   MERGE        mean[c], variance[c] = sum of squared distances / count, inverse[c] = 1 / sqrt(variance[c] + epsilon), and
//                newMean[c] = (1 - m) * runningMean[c] + m * mean[c],
//                newVariance[c] likewise of variance[c] * count / (count - 1)
//   NORMALIZE    y[n,h,w,c] = (x[n,h,w,c] - mean[c]) * (inverse[c] * weight[c]) + bias[c], then with RELU max(., 0), where NaN
//                stays NaN
//
//   x, y        (N, C, H, W), of which `pixels` = N * H * W is the count
//   partials    [partial][mean, squares][C]
//   step        see step.glsl: m is STATISTICS_MOMENTUM
//   the others  (C)
//
// A strip's sums are of differences from its first pixel. That is a value of the strip, so its squared distance from the strip's
// mean is at most the sum of all of them: whatever the values are, cancellation costs no more than a factor of the strip's
// length. Strips are merged around the common mean (Chan, Golub and LeVeque's formula, many at once). All orders are fixed.
#if defined(STATISTICS)
#include "channel_strips.glsl"
SOURCE(0, x)
SINK(1, partials)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) ADDRESS(partials)
    int xOffset;
    int vectors;            // C / V
    int pixels;
    int stripPixels;
};

Lane lane;
VECTOR shift[SPAN], sum[SPAN], squares[SPAN], runSum[SPAN], runSquares[SPAN];

void add(int pixel) {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        VECTOR distance = LOAD(x, pixel * vectors + min(lane.c + i * LANES, vectors - 1)) - shift[i];
        runSum[i] += distance;
        runSquares[i] += distance * distance;
    }
}

void flush() {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        sum[i] += runSum[i];
        squares[i] += runSquares[i];
        runSum[i] = runSquares[i] = VECTOR(0.0);
    }
}

void main() {
    lane = laneOf(vectors, pixels, stripPixels);
    if (!lane.works) return;
    int count = (lane.end - lane.pixel + SIDE - 1) / SIDE;      // none, or less, where the last strip ends before this side
    int first = min(lane.pixel, pixels - 1);
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        shift[i] = LOAD(x, first * vectors + min(lane.c + i * LANES, vectors - 1));
        sum[i] = squares[i] = runSum[i] = runSquares[i] = VECTOR(0.0);
    }
    FOR_EACH_RUN(lane, add, flush)
    [[unroll]] for (int i = 0; i < SPAN; i++)
        if (lane.c + i * LANES < vectors) {
            VECTOR offset = sum[i] / float(max(count, 1));
            int at = 2 * lane.partial * vectors + lane.c + i * LANES;
            STORE(partials, at, shift[i] + offset)
            STORE(partials, at + vectors, squares[i] - sum[i] * offset)
        }
}
#elif defined(MERGE)
#include "tensor.glsl"
#include "step.glsl"
#include "merge_strips.glsl"
TENSOR(0, readonly,  float, partials)
TENSOR(1, readonly,  float, runningMean)
TENSOR(2, readonly,  float, runningVariance)
TENSOR(3, readonly,  uint,  step)
TENSOR(4, writeonly, float, newMean)            // may lie where runningMean does
TENSOR(5, writeonly, float, newVariance)        // likewise
TENSOR(6, writeonly, float, mean)
TENSOR(7, writeonly, float, inverse)

layout(push_constant) uniform Push {
    ADDRESS(partials) ADDRESS(runningMean) ADDRESS(runningVariance) ADDRESS(step)
    ADDRESS(newMean) ADDRESS(newVariance) ADDRESS(mean) ADDRESS(inverse)
    int channels;           // C
    int count;              // of partials
    int pixels;
    int stripPixels;
    int side;               // SIDE of STATISTICS
    float epsilon;
};

// How many pixels a partial is of; may be 0 in the last strip.
float pixelsOf(int partial) {
    int strip = partial / side, first = partial - strip * side;
    return float((min(stripPixels, pixels - strip * stripPixels) - first + side - 1) / side);
}

void main() {
    int c = int(gl_GlobalInvocationID.x), channel = min(c, channels - 1), part = int(gl_LocalInvocationID.y);
    float first = partials.at[channel];
    Sum sum = Sum(0.0, 0.0), squared = sum;
    for (int i = part; i < count; i += PARTS)
        add(sum, pixelsOf(i) * (partials.at[2 * i * channels + channel] - first));
    float average = first + total(sum) / float(pixels);

    for (int i = part; i < count; i += PARTS) {
        float distance = partials.at[2 * i * channels + channel] - average;
        add(squared, max(partials.at[(2 * i + 1) * channels + channel], 0.0) + pixelsOf(i) * distance * distance);
    }
    float squares = total(squared);
    if (part != 0 || c >= channels) return;

    float variance = squares / float(pixels), momentum = stepFloat(step, STATISTICS_MOMENTUM);
    float unbiased = squares / float(pixels - 1);
    mean.at[c] = average;
    inverse.at[c] = inversesqrt(variance + epsilon);
    newMean.at[c] = (1.0 - momentum) * runningMean.at[c] + momentum * average;
    newVariance.at[c] = (1.0 - momentum) * runningVariance.at[c] + momentum * unbiased;
}
#else   // NORMALIZE
#include "channel_strips.glsl"
layout(constant_id = 4) const bool RELU = false;
SOURCE(0, x)
TENSOR(1, readonly, float, weight)
TENSOR(2, readonly, float, bias)
TENSOR(3, readonly, float, mean)
TENSOR(4, readonly, float, inverse)
SINK(5, y)

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(x) ADDRESS(weight) ADDRESS(bias) ADDRESS(mean) ADDRESS(inverse) ADDRESS(y)
    int xOffset;
    int vectors;
    int pixels;
    int stripPixels;
};

Lane lane;
VECTOR middle[SPAN], scale[SPAN], offset[SPAN];

void apply(int pixel) {
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = lane.c + i * LANES, at = pixel * vectors + c;
        if (c < vectors) {
            VECTOR value = normalized(LOAD(x, at), middle[i], scale[i], offset[i]);
            [[unroll]] for (int j = 0; j < V; j++) if (RELU) PART(value, j) = PART(value, j) < 0.0 ? 0.0 : PART(value, j);
            STORE(y, at, value)
        }
    }
}

void main() {
    lane = laneOf(vectors, pixels, stripPixels);
    if (!lane.works) return;
    [[unroll]] for (int i = 0; i < SPAN; i++) {
        int c = min(lane.c + i * LANES, vectors - 1);
        middle[i] = CHANNELS(mean, c);
        scale[i] = CHANNELS(inverse, c) * CHANNELS(weight, c);
        offset[i] = CHANNELS(bias, c);
    }
    FOR_EACH_PIXEL(lane, apply)
}
#endif
