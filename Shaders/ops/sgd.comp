#version 460
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"
#include "optimizer.glsl"

// Stochastic gradient descent with momentum, element by element, as torch.optim.SGD:
//
//   g = factor * gradient + weightDecay * p         factor: optimizer.glsl
//   v = momentum * v + g
//   p = p - learningRate * v                        with NESTEROV p - learningRate * (g + momentum * v)
//   a = a + (1 - averageDecay) * (p - a)            with AVERAGE; a statistic's a = p
//
//   parameters, gradients, velocity, average    flat vectors; the new ones may lie in the old ones' place
//   attributes                                  one word a 64 elements (optimizer.glsl): what is not learned stays as it is
//   norm, loss                                  (1); where one of them is not finite, everything stays as it is
//
// One thread makes V elements, so the result is the same bits on every run.
SOURCE(0, parameters)
SOURCE(1, gradients)
SOURCE(2, velocity)
TENSOR(3, readonly, uint,  attributes)
TENSOR(4, readonly, float, norm)
TENSOR(5, readonly, float, loss)
TENSOR(6, readonly, uint,  step)
SINK(7, newParameters)
SINK(8, newVelocity)
#ifdef AVERAGE
SOURCE(9, average)
SINK(10, newAverage)
#endif

layout(push_constant) uniform Push {
    SOURCE_ADDRESS(parameters) SOURCE_ADDRESS(gradients) SOURCE_ADDRESS(velocity)
    ADDRESS(attributes) ADDRESS(norm) ADDRESS(loss) ADDRESS(step) ADDRESS(newParameters) ADDRESS(newVelocity)
#ifdef AVERAGE
    SOURCE_ADDRESS(average) ADDRESS(newAverage)
#endif
    uint count;
    int parametersOffset, gradientsOffset, velocityOffset, averageOffset;
};

void main() {
    bool isSound = isFinite(norm.at[0]) && isFinite(loss.at[0]);
    float factor = gradientFactor(stepFloat(step, GRADIENT_SCALE), stepFloat(step, MAX_GRADIENT_NORM), norm.at[0]);
    float rate = stepFloat(step, LEARNING_RATE), mu = stepFloat(step, MOMENTUM), lambda = stepFloat(step, WEIGHT_DECAY);
#ifdef AVERAGE
    float share = 1.0 - stepFloat(step, AVERAGE_DECAY);
#endif
    FOR_EACH(i, count) {
        uint kind = isSound ? attributes.at[i * V / 64] : 0u;
        VECTOR p = LOAD(parameters, i), v = LOAD(velocity, i);
        if ((kind & LEARNED) != 0u) {
            VECTOR g = factor * LOAD(gradients, i);
            if ((kind & DECAYS) != 0u) g += lambda * p;
            v = mu * v + g;
#ifdef NESTEROV
            p -= rate * (g + mu * v);
#else
            p -= rate * v;
#endif
        }
        STORE(newParameters, i, p);
        STORE(newVelocity, i, v);
#ifdef AVERAGE
        VECTOR a = LOAD(average, i);
        if ((kind & LEARNED) != 0u) a += share * (p - a);
        else if ((kind & STATISTIC) != 0u) a = p;
        STORE(newAverage, i, a);
#endif
    }
}
