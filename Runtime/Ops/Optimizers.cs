using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>What training does with the 64 elements of a parameter block that begin at a multiple of 256 bytes.</summary>
/// <remarks>One word (uint32) for each 64 elements, the same for all elements of one parameter; 0 where none lies.</remarks>
[Flags]
public enum ParameterAttributes
{
    /// <summary>Stays as it is: frozen, or nothing lies there.</summary>
    None = 0,

    /// <summary>The optimizer updates it.</summary>
    Learned = 1,

    /// <summary>Weight decay pulls it towards 0.</summary>
    Decays = 2,

    /// <summary>A running statistic, which averaged weights take over as it is.</summary>
    Statistic = 4,
}

/// <summary>What <see cref="Sgd"/> and <see cref="AdamW"/> share.</summary>
internal static class Optimizers
{
    // The attributes, the norm, the loss and the step's words, after an optimizer's vectors.
    private const int Others = 4;

    /// <summary>The step's words as values: what came to <see cref="Op.Evaluate"/> as whole numbers.</summary>
    public static StepInputs StepOf(DoubleTensor words) =>
        MemoryMarshal.Cast<uint, StepInputs>(Array.ConvertAll(words.Values, word => (uint)word).AsSpan())[0];

    /// <summary>The types of an optimizer's outputs: the parameters, its state and the average, as long as each other.</summary>
    /// <param name="op">Its name.</param>
    /// <param name="inputs">Vectors, attributes, norm, loss, step, and with an average that.</param>
    /// <param name="vectors">What the vectors are called: parameters, gradients, state.</param>
    /// <param name="hasAverage">Whether the last input is an average.</param>
    public static TensorType[] Infer(string op, ReadOnlySpan<TensorType> inputs, string[] vectors, bool hasAverage)
    {
        int wanted = vectors.Length + Others + (hasAverage ? 1 : 0);
        if (inputs.Length != wanted) throw new ShapeException($"{op}: {inputs.Length} inputs are given, {wanted} wanted.");
        FlatVectors.Require(op, inputs[..vectors.Length], vectors);
        if (hasAverage) FlatVectors.Require(op, [inputs[0], inputs[^1]], [vectors[0], "average"]);

        TensorType attributes = new(Shape.Vector(checked((int)(inputs[0].Shape.Count / FlatVectors.Unit))), ElementType.UInt32);
        if (inputs[vectors.Length] != attributes)
            throw new ShapeException($"{op}: attributes {inputs[vectors.Length]} should be {attributes}, one for 64 elements.");
        // The gradients are read only.
        int states = vectors.Length - 2;
        return [.. Enumerable.Repeat(inputs[0], 1 + states + (hasAverage ? 1 : 0))];
    }

    /// <summary>The input in whose place an output of <see cref="Infer"/> lies.</summary>
    public static int Overwrites(int output, int vectors) =>
        output == 0 ? 0 : output < vectors - 1 ? output + 1 : vectors + Others;

    /// <summary>
    /// What gradients are multiplied with, their scale and what clips them, and how many float32 roundings it may be off by.
    /// </summary>
    public static (double Factor, int Roundings) GradientFactor(in StepInputs step, double norm)
    {
        if (step.MaxGradientNorm <= 0) return (step.GradientScale, 0);
        // The sum, a division (2.5 ulp) and the product.
        return (step.GradientScale * Math.Min(1, step.MaxGradientNorm / (norm + 1e-6)), 7);
    }

    /// <summary>The average after an update, with its bound.</summary>
    public static DoubleTensor Average(DoubleTensor average, DoubleTensor parameters, DoubleTensor attributes, double decay)
    {
        double[] values = [.. average.Values], bound = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            ParameterAttributes kind = (ParameterAttributes)(int)attributes.Values[i / FlatVectors.Unit];
            double p = parameters.Values[i], share = 1 - decay;
            if (kind.HasFlag(ParameterAttributes.Learned))
            {
                values[i] += share * (p - values[i]);
                double terms = Math.Abs(average.Values[i]) + 3 * share * (Math.Abs(p) + Math.Abs(average.Values[i]));
                bound[i] = share * parameters.Bound![i] + Rounded(terms, 1);
            }
            else if (kind.HasFlag(ParameterAttributes.Statistic)) values[i] = p;
        }
        return new DoubleTensor(average.N, average.C, average.H, average.W, values, bound);
    }

    /// <summary>What float32 may lose of a magnitude in some roundings; subnormal numbers may be taken as 0.</summary>
    public static double Rounded(double magnitude, int roundings) =>
        roundings * (OracleResult.Float32Roundoff * magnitude + 1.2e-38);
}
