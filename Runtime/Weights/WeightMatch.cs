namespace ResNetVulkan.Weights;

/// <summary>What a file and a model's list of parameters do not agree in. All of it, not the first.</summary>
/// <param name="Missing">Expected tensors that the file lacks.</param>
/// <param name="Surplus">Tensors that the model does not have; <c>*.num_batches_tracked</c> never counts.</param>
/// <param name="WrongShape">Tensors that the file has with other dimensions than expected.</param>
public sealed record WeightMatch(
    IReadOnlyList<(string Name, IReadOnlyList<int> Dimensions)> Missing,
    IReadOnlyList<WeightTensor> Surplus,
    IReadOnlyList<(WeightTensor Tensor, IReadOnlyList<int> Expected)> WrongShape)
{
    private const string StepCounter = ".num_batches_tracked";

    /// <summary>Nothing is missing, of another shape or left over.</summary>
    public bool IsExact => Missing.Count == 0 && Surplus.Count == 0 && WrongShape.Count == 0;

    /// <summary>Compares names and dimensions; reads no values.</summary>
    /// <param name="file">Any weights file.</param>
    /// <param name="expected">The model's parameters and running statistics, in PyTorch's names and order of dimensions.</param>
    public static WeightMatch Check(WeightFile file, IReadOnlyList<(string Name, IReadOnlyList<int> Dimensions)> expected)
    {
        List<(string Name, IReadOnlyList<int> Dimensions)> missing = [];
        List<(WeightTensor Tensor, IReadOnlyList<int> Expected)> wrongShape = [];
        foreach ((string name, IReadOnlyList<int> dimensions) in expected)
        {
            if (!file.Tensors.TryGetValue(name, out WeightTensor? tensor))
                missing.Add((name, dimensions));
            else if (!tensor.Dimensions.SequenceEqual(dimensions))
                wrongShape.Add((tensor, dimensions));
        }

        HashSet<string> known = new(expected.Select(parameter => parameter.Name), StringComparer.Ordinal);
        WeightTensor[] surplus = [.. file.Tensors.Values.Where(tensor =>
            !known.Contains(tensor.Name) && !tensor.Name.EndsWith(StepCounter, StringComparison.Ordinal))];
        return new WeightMatch(missing, surplus, wrongShape);
    }

    /// <summary>The tensors of a model, by name, from a file that has exactly these.</summary>
    /// <inheritdoc cref="Check" path="/param"/>
    /// <returns>One tensor for each expected name. They borrow the file.</returns>
    /// <exception cref="WeightFileException">
    /// Something is missing, left over or of another shape; the message names all of it.
    /// </exception>
    public static IReadOnlyDictionary<string, WeightTensor> Match(
        WeightFile file, IReadOnlyList<(string Name, IReadOnlyList<int> Dimensions)> expected)
    {
        WeightMatch match = Check(file, expected);
        if (!match.IsExact)
            throw new WeightFileException(file.Path, match.Describe(Path.GetFileName(file.Path), expected.Count));

        return expected.ToDictionary(known => known.Name, known => file.Tensors[known.Name], StringComparer.Ordinal);
    }

    /// <summary>The sentences for a message: what the file lacks, has otherwise, and has beside.</summary>
    private string Describe(string file, int expected)
    {
        List<string> sentences = [];
        string subject = file;
        if (Missing.Count > 0)
        {
            IEnumerable<string> list = Missing.Select(missing => $"{missing.Name} {WeightTensor.Describe(missing.Dimensions)}");
            sentences.Add($"{subject} lacks {Missing.Count} of {expected} tensors: {string.Join(", ", list)}.");
            subject = "It";
        }

        if (WrongShape.Count > 0)
        {
            IEnumerable<string> list = WrongShape.Select(wrong =>
                $"{wrong.Tensor} instead of {WeightTensor.Describe(wrong.Expected)}");
            sentences.Add($"{subject} has {WrongShape.Count} of {expected} tensors in another shape: {string.Join(", ", list)}.");
            subject = "It";
        }

        if (Surplus.Count > 0)
        {
            IEnumerable<string> list = Surplus.Select(tensor => $"'{tensor.Name}' {WeightTensor.Describe(tensor.Dimensions)}");
            sentences.Add($"{subject} has {string.Join(", ", list)}, which the model lacks.");
        }

        return string.Join(" ", sentences);
    }
}
