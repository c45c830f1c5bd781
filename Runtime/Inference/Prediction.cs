namespace ResNetVulkan.Inference;

/// <summary>One class that a network thinks of.</summary>
/// <param name="Index">Which.</param>
/// <param name="Logit">The network's score.</param>
/// <param name="Probability">The softmax of the scores, 0 to 1.</param>
public readonly record struct Prediction(int Index, float Logit, float Probability);

/// <summary>What activations and packed weights are stored as. Sums are float32 either way.</summary>
public enum Precision
{
    /// <summary>The default and the reference.</summary>
    Float32,

    /// <summary>Half the memory; results differ in the third digit. Needs 16-bit storage buffers.</summary>
    Float16,
}
