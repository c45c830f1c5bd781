#version 460
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"
#include "optimizer.glsl"

// Adam with decoupled weight decay, element by element, as torch.optim.AdamW:
//
//   g = factor * gradient                           factor: optimizer.glsl
//   p = p - learningRate * weightDecay * p
//   m = momentum * m + (1 - momentum) * g
//   v = secondMomentum * v + (1 - secondMomentum) * g^2
//   p = p - learningRate / correction * m / (sqrt(v) / sqrt(secondCorrection) + epsilon)
//   a = a + (1 - averageDecay) * (p - a)            with AVERAGE; a statistic's a = p
//
//   parameters, gradients, first, second, average   flat vectors; the new ones may lie in the old ones' place
//   attributes                                      one word a 64 elements (optimizer.glsl): what is not learned stays as it is
//   norm, loss                                      (1); where one of them is not finite, everything stays as it is
//
// One thread makes V elements, so the result is the same bits on every run.
SOURCE(0, parameters)
SOURCE(1, gradients)
SOURCE(2, first)
SOURCE(3, second)
TENSOR(4, readonly, uint,  attributes)
TENSOR(5, readonly, float, norm)
TENSOR(6, readonly, float, loss)
TENSOR(7, readonly, uint,  step)
SINK(8, newParameters)
SINK(9, newFirst)
SINK(10, newSecond)
#ifdef AVERAGE
SOURCE(11, average)
SINK(12, newAverage)
#endif

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(parameters) SOURCE_ADDRESS(gradients) SOURCE_ADDRESS(first) SOURCE_ADDRESS(second)
    ADDRESS(attributes) ADDRESS(norm) ADDRESS(loss) ADDRESS(step) ADDRESS(newParameters) ADDRESS(newFirst) ADDRESS(newSecond)
#ifdef AVERAGE
    SOURCE_ADDRESS(average) ADDRESS(newAverage)
#endif
    uint count;
    int parametersOffset, gradientsOffset, firstOffset, secondOffset, averageOffset;
};

void main() {
    bool isSound = isFinite(norm.at[0]) && isFinite(loss.at[0]);
    float factor = gradientFactor(stepFloat(step, GRADIENT_SCALE), stepFloat(step, MAX_GRADIENT_NORM), norm.at[0]);
    float rate = stepFloat(step, LEARNING_RATE), epsilon = stepFloat(step, EPSILON);
    float beta1 = stepFloat(step, MOMENTUM), beta2 = stepFloat(step, SECOND_MOMENTUM);
    float stepSize = rate / stepFloat(step, CORRECTION), root = sqrt(stepFloat(step, SECOND_CORRECTION));
    float decay = rate * stepFloat(step, WEIGHT_DECAY);
#ifdef AVERAGE
    float share = 1.0 - stepFloat(step, AVERAGE_DECAY);
#endif
    FOR_EACH(i, count) {
        uint kind = isSound ? attributes.at[i * V / 64] : 0u;
        VECTOR p = LOAD(parameters, i), m = LOAD(first, i), v = LOAD(second, i);
        if ((kind & LEARNED) != 0u) {
            VECTOR g = factor * LOAD(gradients, i);
            if ((kind & DECAYS) != 0u) p -= decay * p;
            m = beta1 * m + (1.0 - beta1) * g;
            v = beta2 * v + (1.0 - beta2) * (g * g);
            p -= stepSize * m / (sqrt(v) / root + epsilon);
        }
        STORE(newParameters, i, p);
        STORE(newFirst, i, m);
        STORE(newSecond, i, v);
#ifdef AVERAGE
        VECTOR a = LOAD(average, i);
        if ((kind & LEARNED) != 0u) a += share * (p - a);
        else if ((kind & STATISTIC) != 0u) a = p;
        STORE(newAverage, i, a);
#endif
    }
}
