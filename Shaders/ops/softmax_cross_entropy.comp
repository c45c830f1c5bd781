#version 460
#include "tensor.glsl"
#include "step.glsl"
#include "flat.glsl"

// The mean over the batch's valid rows of the cross entropy between softmax(logits) and smoothed labels, how many rows are right,
// and the gradient of the former.
//
//   target[c]      = (1 - smoothing) * [c == label] + smoothing / C
//   rowLoss        = log(sum over c of exp(x[c] - m)) + m - sum over c of target[c] * x[c]        m the largest x of the row
//   loss           = sum over the valid rows / their number
//   dx[c]          = (softmax(x)[c] - target[c]) / number of valid rows; 0 in the rows behind those
//
// The terms are taken as x - m throughout, so that nothing overflows. A row is right where the first of its largest logits (of
// its NaNs, if it has any) is the label's. A label that is no class makes its row's loss and gradient NaN. Without a valid row
// loss and gradient are 0.
//
// One thread makes one row, in the order of the classes; in SUM one thread adds up the rows, in theirs.
//
//   logits     (N, C, 1, 1)
//   labels     (N)
//   step       see step.glsl: VALID_ROWS
//   rowLosses, rowHits      (N), only those of valid rows are written and read
//   loss, correct           one each
#ifdef ROWS
TENSOR(0, readonly,  float, logits)
TENSOR(1, readonly,  uint,  labels)
TENSOR(2, readonly,  uint,  step)
TENSOR(3, writeonly, float, rowLosses)
TENSOR(4, writeonly, uint,  rowHits)

layout(push_constant) uniform Push {
    ADDRESS(logits) ADDRESS(labels) ADDRESS(step) ADDRESS(rowLosses) ADDRESS(rowHits)
    uint rows;          // N
    uint classes;       // C
    float smoothing;
};
#elif defined(SUM)
TENSOR(0, readonly,  uint,  step)
TENSOR(1, readonly,  float, rowLosses)
TENSOR(2, readonly,  uint,  rowHits)
TENSOR(3, writeonly, float, loss)
TENSOR(4, writeonly, uint,  correct)

layout(push_constant) uniform Push {
    ADDRESS(step) ADDRESS(rowLosses) ADDRESS(rowHits) ADDRESS(loss) ADDRESS(correct)
    uint rows;
};
#else   // GRADIENT
TENSOR(0, readonly,  float, logits)
TENSOR(1, readonly,  uint,  labels)
TENSOR(2, readonly,  uint,  step)
TENSOR(3, writeonly, float, dx)

layout(push_constant) uniform Push {
    ADDRESS(logits) ADDRESS(labels) ADDRESS(step) ADDRESS(dx)
    uint rows;
    uint classes;
    float smoothing;
};
#endif

uint validRows() { return min(step.at[VALID_ROWS], rows); }

#ifdef SUM
void main() {
    if (gl_GlobalInvocationID.x != 0u) return;
    float sum = 0.0;
    uint hits = 0u, valid = validRows();
    for (uint row = 0u; row < valid; row++) {
        sum += rowLosses.at[row];
        hits += rowHits.at[row];
    }
    loss.at[0] = valid == 0u ? 0.0 : sum / float(valid);
    correct.at[0] = hits;
}
#else
void main() {
    const float notANumber = uintBitsToFloat(0x7fc00000u);
    FOR_EACH(row, rows) {
        uint first = row * classes, valid = validRows();
        if (row >= valid) {
#ifdef GRADIENT
            for (uint c = 0u; c < classes; c++) dx.at[first + c] = 0.0;
#endif
        } else {
            uint label = labels.at[row];
            float largest = logits.at[first];
            uint winner = 0u;
            for (uint c = 1u; c < classes; c++) {
                float x = logits.at[first + c];
                if (x > largest || (isnan(x) && !isnan(largest))) {
                    largest = x;
                    winner = c;
                }
            }
            float total = 0.0, distance = 0.0;      // the sum of exp(x - m), and of m - x
            for (uint c = 0u; c < classes; c++) {
                float below = largest - logits.at[first + c];
                total += exp(-below);
                distance += below;
            }
#ifdef ROWS
            float miss = label < classes ? largest - logits.at[first + label] : notANumber;
            float spread = smoothing > 0.0 ? smoothing * (distance / float(classes)) : 0.0;
            rowLosses.at[row] = log(total) + (1.0 - smoothing) * miss + spread;
            rowHits.at[row] = winner == label ? 1u : 0u;
#else
            float share = smoothing / float(classes), scale = label < classes ? 1.0 / float(valid) : notANumber;
            for (uint c = 0u; c < classes; c++) {
                float target = c == label ? 1.0 - smoothing + share : share;
                dx.at[first + c] = (exp(logits.at[first + c] - largest) / total - target) * scale;
            }
#endif
        }
    }
}
#endif
