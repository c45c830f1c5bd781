#version 460
#include "tensor.glsl"
#include "element.glsl"
#include "flat.glsl"

// y = max(x, 0), element by element; NaN stays NaN, as in PyTorch.
TENSOR(0, readonly,  ELEMENT, x)
TENSOR(1, writeonly, ELEMENT, y)

layout(push_constant) uniform Push {
    ADDRESS(x) ADDRESS(y)
    uint count;
};

void main() {
    FOR_EACH(i, count) {
        float v = float(x.at[i]);
        y.at[i] = ELEMENT(v < 0.0 ? 0.0 : v);
    }
}
