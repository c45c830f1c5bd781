using System.Runtime.InteropServices;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Inference;

/// <summary>One layer of a network, as the device computed it against the same in double precision.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Comparison">How far apart the two are.</param>
public sealed record LayerCheck(string Name, string Operation, OracleComparison Comparison);

/// <summary>
/// Runs a network on a device, keeps every layer's output, and computes each layer again on the CPU in double precision from the
/// device's own inputs of it: the first layer that diverges is the one that is wrong.
/// </summary>
public static class Verification
{
    /// <summary>Checks layer by layer, in order.</summary>
    /// <param name="pipelines">Of the device.</param>
    /// <param name="graph">Compiled with <see cref="CompileOptions.KeepAll"/>.</param>
    /// <param name="parameters">Of the same model.</param>
    /// <param name="fill">Writes the inputs.</param>
    public static IEnumerable<LayerCheck> Run(
        Pipelines pipelines, CompiledGraph graph, ParameterSet parameters, Action<Plan> fill)
    {
        using Plan plan = new(pipelines, graph, parameters, slots: 1);
        fill(plan);
        plan.Run();

        Dictionary<Tensor, DoubleTensor> constants = [];
        foreach (Node node in graph.Body.Steps.Select(step => step.Node).Distinct())
        {
            DoubleTensor[] wanted = node.Op.Evaluate([.. node.Inputs.Select(Value)]);
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                if (wanted.Length <= i) continue;       // scratch
                DoubleTensor got = Value(node.Outputs[i]);
                double[] tolerance = Tolerance(wanted[i], node.Outputs[i].Type.Element);
                yield return new LayerCheck(
                    node.Outputs[i].Name, node.Op.ToString(),
                    OracleComparison.Of(wanted[i], tolerance, [.. got.Values.Select(value => (float)value)]));
            }
        }

        DoubleTensor Value(Tensor tensor)
        {
            if (constants.TryGetValue(tensor, out DoubleTensor? known)) return known;
            if (tensor.Parameter is { } parameter)
            {
                Shape shape = parameter.Shape;
                return constants[tensor] = DoubleTensor.FromNchw(parameters[parameter.Name], shape.N, shape.C, shape.H, shape.W);
            }
            if (graph.Body.Places.TryGetValue(tensor, out TensorView view)
                && graph.Body.Blocks[view.Block].Kind == BlockKind.Arena)
                return FromBytes(plan.Read(tensor), tensor.Type);

            // What was computed from parameters alone is computed again here, in whatever layout the kernels have it.
            Node producer = tensor.Producer!;
            DoubleTensor[] made = producer.Op.Evaluate([.. producer.Inputs.Select(Value)]);
            for (int i = 0; i < made.Length; i++) constants[producer.Outputs[i]] = made[i];
            return constants[tensor];
        }
    }

    /// <summary>How far a device's value may lie from the oracle's, one rounding to the element type included.</summary>
    public static double[] Tolerance(DoubleTensor wanted, ElementType element)
    {
        double[] tolerance = wanted.Bound is null ? new double[wanted.Values.Length] : [.. wanted.Bound];
        if (element != ElementType.Float16) return tolerance;
        const double SmallestStep = 1.0 / (1 << 24);        // of the subnormal float16 values
        for (int i = 0; i < tolerance.Length; i++)
            tolerance[i] += Math.Max(OracleResult.Float16Roundoff * (Math.Abs(wanted.Values[i]) + tolerance[i]), SmallestStep);
        return tolerance;
    }

    /// <summary>A tensor's bytes, as a device stores them, as numbers.</summary>
    public static DoubleTensor FromBytes(ReadOnlySpan<byte> bytes, TensorType type)
    {
        double[] values = new double[type.Shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type.Element switch
            {
                ElementType.Float32 => MemoryMarshal.Cast<byte, float>(bytes)[i],
                ElementType.Float16 => (double)MemoryMarshal.Cast<byte, Half>(bytes)[i],
                ElementType.UInt32 => MemoryMarshal.Cast<byte, uint>(bytes)[i],
                _ => bytes[i],
            };
        }
        return new DoubleTensor(type.Shape.N, type.Shape.C, type.Shape.H, type.Shape.W, values);
    }
}
