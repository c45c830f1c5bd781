// What optimizers share (Optimizers.cs): attributes of parameters, the gradient that an update takes, and the average.
//
// One attribute a 256 bytes of parameters, that is, 64 elements:
#define LEARNED   1u
#define DECAYS    2u
#define STATISTIC 4u

bool isFinite(float v) { return (floatBitsToUint(v) & 0x7f800000u) != 0x7f800000u; }

// What gradients are multiplied with: their scale, and what keeps the norm of all below a limit, as clip_grad_norm_ has it.
float gradientFactor(float scale, float limit, float norm) {
    return limit > 0.0 ? scale * min(1.0, limit / (norm + 1e-6)) : scale;
}
