namespace ResNetVulkan.Oracle;

public static partial class CpuOracle
{
    /// <summary>
    /// The mean over the first <paramref name="validRows"/> rows of <c>-sum over c of target[c] * log(softmax(x)[c])</c>, where
    /// <c>target[c] = (1 - smoothing) * [c == label] + smoothing / C</c>; and how many of those rows have their first largest
    /// logit at the label.
    /// </summary>
    /// <param name="logits">(N, C, 1, 1).</param>
    /// <param name="labels">N whole numbers; one that is no class makes the loss NaN.</param>
    /// <param name="validRows">More than N count as N; with 0 the loss is 0.</param>
    /// <param name="smoothing">0 to 1.</param>
    /// <remarks>Roundings as in <see cref="LogSoftmax"/>, weighted into the magnitude.</remarks>
    public static (OracleResult Loss, int Correct) SoftmaxCrossEntropy(
        DoubleTensor logits, double[] labels, int validRows, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        Accumulator loss = new(1, 1, 1, 1, logits.Bound is not null);
        int valid = Math.Min(validRows, logits.N), correct = 0;
        double sum = 0, magnitude = 0, inherited = 0;
        for (int n = 0; n < valid; n++)
        {
            LogSum total = new(logits, n * logits.C);
            double log = Math.Log(total.Sum), miss = double.NaN, distance = 0;
            if (labels[n] < logits.C) miss = total.Largest - logits.Values[n * logits.C + (int)labels[n]];
            for (int c = 0; c < logits.C; c++) distance += total.Largest - logits.Values[n * logits.C + c];
            double spread = smoothing > 0 ? smoothing * distance / logits.C : 0;
            double row = log + (1 - smoothing) * miss + spread;

            sum += row;
            magnitude += total.Roundings + Math.Max(8, 6 * log)                             // the logarithm's
                + 3 * (1 - smoothing) * miss + (logits.C + 2 + DivisionRoundings) * spread  // the terms' own
                + (2 + valid + DivisionRoundings) * row;                                    // the sums' and the mean's
            inherited += 2 * total.LargestBound;
            if (TopK(new DoubleTensor(1, logits.C, 1, 1, logits.Values[(n * logits.C)..((n + 1) * logits.C)]), 0, 1)[0].Channel
                == labels[n]) correct++;
        }
        if (valid > 0) loss.Values[0] = sum / valid;
        loss.Set(0, valid > 0 ? magnitude / valid : 0, valid > 0 ? inherited / valid : 0);
        return (loss.Result(roundings: 1), correct);
    }

    /// <summary>
    /// The gradient of <see cref="SoftmaxCrossEntropy"/>: <c>(softmax(x)[c] - target[c]) / validRows</c>, zeros behind those
    /// rows.
    /// </summary>
    /// <inheritdoc cref="SoftmaxCrossEntropy"/>
    public static OracleResult SoftmaxCrossEntropyGradient(DoubleTensor logits, double[] labels, int validRows, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        Accumulator dx = new(logits.N, logits.C, 1, 1, logits.Bound is not null);
        int valid = Math.Min(validRows, logits.N);
        for (int n = 0; n < valid; n++)
        {
            LogSum total = new(logits, n * logits.C);
            for (int c = 0; c < logits.C; c++)
            {
                int i = n * logits.C + c;
                double t = logits.Values[i] - total.Largest, share = Math.Exp(t) / total.Sum;
                double target = (c == (int)labels[n] ? 1 - smoothing : 0) + smoothing / logits.C;
                double growth = Math.Exp(BoundOf(logits, i) + total.LargestBound);
                dx.Values[i] = labels[n] < logits.C ? (share - target) / valid : double.NaN;
                double terms = share * growth * (ExpRoundings(t) + total.Roundings + DivisionRoundings)
                    + target * (DivisionRoundings + 2);
                dx.Set(i, (terms + Math.Abs(share - target) * (2 + DivisionRoundings)) / valid, share * (growth - 1) / valid);
            }
        }
        return dx.Result(roundings: 1);
    }
}
