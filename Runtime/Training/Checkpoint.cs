using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Training;

/// <summary>
/// Everything that training needs to go on as if it had never stopped, in one safetensors file: the parameters under their names,
/// the optimizer's states, and where it was.
/// </summary>
/// <remarks>
/// Written to a temporary file, flushed and renamed, so a file of that name is always whole. What is random needs nothing kept:
/// it is a function of the seed and the step.
/// </remarks>
public static class Checkpoint
{
    private const string StatePrefix = "optimizer.";

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">Replaced if it is there.</param>
    /// <param name="parameters">Read back from the device; waits for all runs.</param>
    /// <param name="states">The names of the states that belong to it.</param>
    /// <param name="metadata">Where training was, and what must be the same when it goes on.</param>
    /// <exception cref="IOException">It cannot be written; the file that was there before stays.</exception>
    public static void Write(
        string path, ParameterSet parameters, IEnumerable<string> states, IReadOnlyDictionary<string, string> metadata)
    {
        IEnumerable<WeightTensor> kept = states.Select(name =>
        {
            float[] values = MemoryMarshal.Cast<byte, float>(parameters.ReadState(name)).ToArray();
            return WeightTensor.FromFloats(StatePrefix + name, [values.Length], values);
        });
        Write(path, [.. Weights(parameters), .. kept], metadata);
    }

    /// <summary>Writes the parameters alone, as PyTorch and others load them.</summary>
    /// <exception cref="IOException">It cannot be written; the file that was there before stays.</exception>
    public static void WriteWeights(string path, ParameterSet parameters, IReadOnlyDictionary<string, string> metadata) =>
        Write(path, [.. Weights(parameters)], metadata);

    /// <summary>Sets the parameters and states from a checkpoint.</summary>
    /// <returns>Its metadata.</returns>
    /// <exception cref="WeightFileException">
    /// The file is damaged, or of another model; everything that differs is listed.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Read(string path, ParameterSet parameters, IReadOnlyList<string> states)
    {
        using WeightFile file = WeightFile.Open(path);
        List<(string, IReadOnlyList<int>)> expected =
            [.. parameters.Layout.Parameters.Select(parameter => (parameter.Name, parameter.Dimensions))];
        foreach (string name in states) expected.Add((StatePrefix + name, [(int)(parameters.StateBytes(name) / sizeof(float))]));
        IReadOnlyDictionary<string, WeightTensor> tensors = WeightMatch.Match(file, expected);

        foreach (Parameter parameter in parameters.Layout.Parameters)
            parameters.Set(parameter.Name, tensors[parameter.Name].ToFloats());
        foreach (string name in states)
            parameters.WriteState(name, MemoryMarshal.AsBytes<float>(tensors[StatePrefix + name].ToFloats()));
        return new Dictionary<string, string>(file.Metadata);
    }

    /// <summary>What a checkpoint says of itself; reads no values.</summary>
    /// <exception cref="WeightFileException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        return new Dictionary<string, string>(file.Metadata);
    }

    private static IEnumerable<WeightTensor> Weights(ParameterSet parameters) => parameters.Layout.Parameters.Select(
        parameter => WeightTensor.FromFloats(parameter.Name, [.. parameter.Dimensions], parameters[parameter.Name].ToArray()));

    private static void Write(string path, List<WeightTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            Safetensors.Write(path, tensors, metadata);
        }
        catch (Exception error) when (error is IOException and not WeightFileException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"'{path}' cannot be written: its folder is missing, full, or not writable. What stood there before still does.",
                error);
        }
    }
}
