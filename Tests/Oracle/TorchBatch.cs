using System.Runtime.InteropServices;
using System.Text.Json;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Oracle;

/// <summary>One call of an op: what torch_ops.py computes in float64 and in float32, and what the oracle says to it.</summary>
internal sealed record TorchCase(
    string Name, string Op, Dictionary<string, object> Arguments, DoubleTensor[] Inputs, Func<OracleResult> Oracle)
{
    /// <summary>Parameters in PyTorch's order with their shapes, after the inputs.</summary>
    public List<(double[] Values, int[] Shape)> Parameters { get; } = [];

    /// <summary>Integer outputs that must be equal (an argmax), in the NHWC order of the output; null for none.</summary>
    public Func<int[]>? Indices { get; init; }

    public override string ToString() => Name;
}

/// <summary>What PyTorch made of a case, in NCHW order.</summary>
internal sealed record TorchAnswer(int[] Shape, double[] Float64, double[] Float32, double[] Indices);

/// <summary>All cases through one Python process, because importing torch takes longer than all of them.</summary>
internal static class TorchBatch
{
    /// <summary>Answers in the cases' order. Ignores the test where no Python has PyTorch.</summary>
    public static TorchAnswer[] Run(IReadOnlyList<TorchCase> cases)
    {
        string folder = Directory.CreateTempSubdirectory("resnet-oracle-").FullName;
        try
        {
            using (FileStream data = File.Create(Path.Combine(folder, "inputs.f64")))
            {
                long next = 0;
                object Write(double[] values, int[] shape)
                {
                    data.Write(MemoryMarshal.AsBytes<double>(values));
                    long at = next;
                    next += values.Length;
                    return new { at, shape };
                }
                var manifest = cases.Select(c => new
                {
                    op = c.Op,
                    args = c.Arguments,
                    inputs = c.Inputs.Select(x => Write(x.ToNchw(), [x.N, x.C, x.H, x.W]))
                        .Concat(c.Parameters.Select(p => Write(p.Values, p.Shape))).ToArray(),
                }).ToArray();
                File.WriteAllText(Path.Combine(folder, "cases.json"), JsonSerializer.Serialize(manifest));
            }
            Python.Run("Tests/Oracle/torch_ops.py", [folder]);

            double[] outputs = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(folder, "outputs.f64"))).ToArray();
            using JsonDocument answers = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "answers.json")));
            return [.. answers.RootElement.EnumerateArray().Select(a => new TorchAnswer(
                [.. a.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())],
                Read(outputs, a.GetProperty("float64")),
                Read(outputs, a.GetProperty("float32")),
                Read(outputs, a.GetProperty("indices"))))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double[] Read(double[] outputs, JsonElement range) =>
        outputs.AsSpan(range[0].GetInt32(), range[1].GetInt32()).ToArray();
}
