// Kernels whose lanes are channels and that walk over pixels: batch norm's sums and what goes with them (ChannelStrips.cs). The
// pixels are cut into strips. A workgroup takes one strip of LANES * SPAN vectors of channels; where a pixel has fewer vectors
// than there are lanes, SIDE pixels lie side by side in them. Either way a workgroup walks over contiguous memory.
//
// A lane's sums over its strip are a partial: number strip * SIDE + side, of vector c, in this order on every run.
//
// Groups: x = ceil(vectors / (LANES * SPAN)), y = strips.
#include "vectors.glsl"
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int LANES = 8;
layout(constant_id = 1) const int SPAN = 1;     // vectors of a lane, LANES apart
layout(constant_id = 2) const int SIDE = 1;     // pixels side by side
layout(constant_id = 3) const int STEP = 1;     // pixels that a turn of the loop takes, to hide the loop

// What a lane takes of `count` pixels of `vectors` vectors: every SIDE-th pixel from `pixel` to `end`, and vectors from `c` on.
struct Lane { int pixel, end, c, partial; bool works; };

Lane laneOf(int vectors, int count, int stripPixels) {
    int lane = int(gl_LocalInvocationID.x), strip = int(gl_WorkGroupID.y);
    int side = SIDE > 1 ? lane / vectors : 0;
    int c = SIDE > 1 ? lane - side * vectors : int(gl_WorkGroupID.x) * (LANES * SPAN) + lane;
    return Lane(
        strip * stripPixels + side, min((strip + 1) * stripPixels, count), c, strip * SIDE + side, side < SIDE && c < vectors);
}

// Runs `turn(pixel)` for each pixel of a lane up to `last`.
#define FOR_EACH_UP_TO(last, turn) \
    for (; at_ + (STEP - 1) * SIDE < (last); at_ += STEP * SIDE) \
        [[unroll]] for (int step_ = 0; step_ < STEP; step_++) turn(at_ + step_ * SIDE); \
    for (; at_ < (last); at_ += SIDE) turn(at_);

// Runs `turn(pixel)` for each pixel of a lane.
#define FOR_EACH_PIXEL(lane, turn) \
    int at_ = lane.pixel; \
    FOR_EACH_UP_TO(lane.end, turn)

// The same, and `flush()` behind every RUN of them and at the end: sums of sums of few round less than long ones.
const int RUN = 16;
#define FOR_EACH_RUN(lane, turn, flush) \
    for (int at_ = lane.pixel; at_ < lane.end;) { \
        int last_ = min(at_ + RUN * SIDE, lane.end); \
        FOR_EACH_UP_TO(last_, turn) \
        flush(); \
    }

// The vector of a float tensor that belongs to vector c of the channels.
#if V == 1
#define CHANNELS(name, c) name.at[c]
#elif V == 2
#define CHANNELS(name, c) vec2(name.at[2 * (c)], name.at[2 * (c) + 1])
#else
#define CHANNELS(name, c) vec4(name.at[4 * (c)], name.at[4 * (c) + 1], name.at[4 * (c) + 2], name.at[4 * (c) + 3])
#endif

// Batch norm of one vector, before a ReLU. Precise: its gradient asks again on which side of 0 it lies, and must be told the
// same.
VECTOR normalized(VECTOR x, VECTOR mean, VECTOR scale, VECTOR bias) {
    precise VECTOR y = (x - mean) * scale + bias;
    return y;
}
