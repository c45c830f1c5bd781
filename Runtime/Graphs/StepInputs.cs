using System.Runtime.InteropServices;

namespace ResNetVulkan.Graphs;

/// <summary>
/// What changes from one training step to the next, as data: recorded commands read it from a buffer (step.glsl), so that they
/// are recorded once.
/// </summary>
/// <remarks>16 words of 32 bits, a graph's input of <see cref="Type"/>.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct StepInputs
{
    /// <summary>The type of the input that holds it.</summary>
    public static TensorType Type { get; } = new(Shape.Vector(16), ElementType.UInt32);

    /// <summary>How many steps came before; what dropout counts by.</summary>
    public uint Step;

    /// <summary>Everything random on the device comes from it: a <see cref="Data.RandomKey"/> made of seed and epoch.</summary>
    public uint Key;

    /// <summary>How many of the batch's rows count; those behind are padding.</summary>
    public uint ValidRows;

    /// <summary>η.</summary>
    public float LearningRate;

    /// <summary>μ of SGD, β1 of Adam.</summary>
    public float Momentum;

    /// <summary>β2 of Adam.</summary>
    public float SecondMomentum;

    /// <summary>1 - β1^t of Adam, t counted from 1.</summary>
    public float Correction;

    /// <summary>1 - β2^t of Adam.</summary>
    public float SecondCorrection;

    /// <summary>ε of Adam.</summary>
    public float Epsilon;

    /// <summary>λ.</summary>
    public float WeightDecay;

    /// <summary>What gradients are multiplied with first: 1 / the number of batches that were summed.</summary>
    public float GradientScale;

    /// <summary>The longest that the gradient may be (L2, all parameters as one vector); 0 for no limit.</summary>
    public float MaxGradientNorm;

    /// <summary>How much of the averaged weights stays at each step.</summary>
    public float AverageDecay;

    /// <summary>How much of the running statistics is replaced by the batch's: PyTorch's momentum of batch norm, 0.1.</summary>
    public float StatisticsMomentum;

    /// <summary>Of gradients that are summed over several batches: 0 for the first of them, then 1.</summary>
    public float KeptSum;

    /// <summary>Of gradients that are summed: the batch's part of all images between two updates.</summary>
    public float BatchShare;
}
