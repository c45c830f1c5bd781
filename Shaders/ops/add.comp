#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// y = a + b, element by element; with RELU y = max(a + b, 0), where NaN stays NaN.
TENSOR(0, readonly,  ELEMENT, a)
TENSOR(1, readonly,  ELEMENT, b)
TENSOR(2, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(a) ADDRESS(b) ADDRESS(y)
    uint count;
};

void main() {
    FOR_EACH(i, count) {
        float v = float(a.at[i]) + float(b.at[i]);
#ifdef RELU
        v = v < 0.0 ? 0.0 : v;
#endif
        y.at[i] = ELEMENT(v);
    }
}
