using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

/// <summary>One op with its inputs, to be held against what <see cref="Op.Evaluate"/> says. The name is what fails.</summary>
public sealed record OpCase(string Name, Op Op, params TensorType[] Inputs)
{
    /// <summary>float32 inputs.</summary>
    public OpCase(string name, Op op, params Shape[] inputs)
        : this(name, op, [.. inputs.Select(shape => new TensorType(shape))])
    {
    }

    /// <summary>Of the inputs' values, which are hashed numbers in [-1, 1).</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>
    /// Other values for some inputs: (input, hashed values) to values, in the order in which the device keeps them.
    /// </summary>
    public Func<int, float[], float[]>? Values { get; init; }

    /// <summary>Whether devices run it on different kernels, all of which are to be tried: a convolution's are anyway.</summary>
    public bool EveryFamily { get; init; }

    /// <summary>The same with float16 activations: the first input, and those that have its shape.</summary>
    public OpCase Half => this with
    {
        Name = $"{Name}, float16",
        Inputs = [.. Inputs.Select((type, i) =>
            i == 0 || type.Shape == Inputs[0].Shape && Op is Add ? type with { Element = ElementType.Float16 } : type)],
    };

    public override string ToString() => Name;
}

/// <summary>
/// Runs an op as a graph of its own, in both forms of its kernels and in every kernel family that would run it on the device,
/// with canaries behind every tensor, and holds each output against the oracle in double precision within the bound that it
/// derives.
/// </summary>
[Category("Device")]
public abstract class OpTests : DeviceTests
{
    private static readonly ConcurrentDictionary<string, int> Families = new();

    [SetUp]
    public void Forget_what_others_provoked_without_addresses() => TestPipelines.TakeComplaints();

    [TearDown]
    public void Fail_on_complaints_without_addresses() =>
        Assert.That(TestPipelines.TakeComplaints(), Is.Empty,
            "the validation layer complained about the device without addresses");

    [OneTimeTearDown]
    public void Say_which_kernel_families_ran()
    {
        if (Families.IsEmpty) return;
        TestContext.Progress.WriteLine(
            $"{GetType().Name}: " + string.Join(", ",
                Families.OrderBy(family => family.Key).Select(family => $"{family.Key} {family.Value}")));
        Families.Clear();
    }

    private protected static void AssertAgrees(OpCase c)
    {
        if (c.Op is Cast || c.Inputs.Any(input => input.Element == ElementType.Float16))
            TestPipelines.RequireStorage16();

        byte[][] bytes = [.. c.Inputs.Select((type, i) => BytesFor(c, type, i))];
        DoubleTensor[] wanted = c.Op.Evaluate([.. c.Inputs.Select((type, i) => FromDevice(bytes[i], type, IsWeight(c.Op, i)))]);
        foreach (Pipelines pipelines in TestPipelines.Forms)
        {
            GpuTraits traits = pipelines.Device.Traits;
            Check(c, pipelines, traits, new CompileOptions { ReferenceKernels = true }, bytes, wanted);
            bool isConvolution = c.Op is Conv2d or Linear or Conv2dDataGradient or Conv2dWeightGradient;
            if (!isConvolution && !c.EveryFamily) continue;
            // What this device would run, and what others would: any device can run every family, though slowly.
            Check(c, pipelines, traits, new CompileOptions(), bytes, wanted);
            Check(c, pipelines, traits with { Driver = GpuDriver.Other, IsCpu = true }, new CompileOptions(), bytes, wanted);
            Check(c, pipelines, traits with { Driver = GpuDriver.Other, IsCpu = false }, new CompileOptions(), bytes, wanted);
            if (!c.EveryFamily) continue;
            uint texels = traits.CanReadTexels ? traits.MaxTexelElements : 0;       // not as another Mesa, either
            foreach (Version mesa in new Version[] { new(22, 3), new(25, 0) })
            {
                GpuTraits lavapipe = traits with { Driver = GpuDriver.Lavapipe, DriverVersion = mesa, MaxTexelElements = texels };
                Check(c, pipelines, lavapipe, new CompileOptions(), bytes, wanted);
            }
        }
    }

    /// <summary>Whether an op's sentence is what a user reads.</summary>
    private protected static void AssertRefuses(Op op, string sentence, params TensorType[] inputs)
    {
        ShapeException error = Assert.Throws<ShapeException>(() => op.Infer(inputs))!;
        Assert.That(error.Message, Is.EqualTo(sentence));
    }

    private static void Check(
        OpCase c, Pipelines pipelines, GpuTraits traits, CompileOptions options, byte[][] bytes, DoubleTensor[] wanted)
    {
        Graph graph = new();
        Tensor[] inputs = [.. c.Inputs.Select((type, i) => graph.Input($"input {i}", type))];
        Node node = graph.AppendNode("op", c.Op, inputs);
        Tensor[] outputs = [.. node.Outputs.Take(wanted.Length)];      // what the oracle does not make is scratch
        foreach (Tensor output in outputs) graph.Output(output);
        CompiledGraph compiled = GraphCompiler.Compile(
            graph, traits, options with { KeepAll = true, CanaryBytes = Canaries.Bytes });
        string family = FamilyOf(outputs[0].Producer!.Op);
        if (c.Op is Conv2d or Conv2dDataGradient or Conv2dWeightGradient)
            Families.AddOrUpdate(family, 1, (_, count) => count + 1);

        string what = $"{c.Name} [{TestPipelines.NameOf(pipelines)}, {family}], seed {c.Seed}";
        using ParameterSet parameters = new(pipelines.Device, []);
        using Plan plan = new(pipelines, compiled, parameters, slots: 1);
        Canaries canaries = Canaries.Place(pipelines.Device, plan);
        for (int i = 0; i < inputs.Length; i++) bytes[i].CopyTo(plan.Input(0, inputs[i]));
        plan.Run();
        canaries.Check(pipelines.Device, what);
        byte[][] first = [.. outputs.Select(output => plan.Output(0, output).ToArray())];
        if (c.EveryFamily) plan.Run();

        for (int i = 0; i < outputs.Length; i++)
        {
            DoubleTensor got = FromDevice(
                plan.Output(0, outputs[i]), outputs[i].Type, c.Op is FoldedBatchNorm or Conv2dWeightGradient && i == 0);
            OracleComparison comparison = OracleComparison.Of(
                wanted[i], Verification.Tolerance(wanted[i], outputs[i].Type.Element),
                [.. got.Values.Select(value => (float)value)]);
            Assert.That(comparison.Agrees, $"{what}: {outputs[i].Name}: {comparison}");
            bool isRepeated = plan.Output(0, outputs[i]).SequenceEqual(first[i]);
            Assert.That(isRepeated, $"{what}: {outputs[i].Name}: a second run gave other bits");
        }
    }

    private static string FamilyOf(Op op) => op switch
    {
        LaneConv2d lanes => $"{(lanes.IsStem ? "stem" : "lanes")} {lanes.Load}",
        LaneDataGradient lanes => $"lanes with stride {lanes.Load}",
        LaneWeightGradient lanes => $"{(lanes.IsStem ? "stem" : "lanes")} of weights {lanes.Load}",
        TiledDataGradient => "tiled of data",
        TiledWeightGradient => "tiled of weights",
        NamedConv2d => "named",
        TiledConv2d => "tiled",
        Conv2d or Conv2dDataGradient or Conv2dWeightGradient => "reference",
        _ => "its kernel",
    };

    private static byte[] BytesFor(OpCase c, TensorType type, int input)
    {
        float[] values = Hash.Values(c.Seed, $"input {input}", checked((int)type.Shape.Count));
        if (c.Values is not null) values = c.Values(input, values);
        // The fast families keep weights as the activations are kept, the reference reads float32: the same where rounding
        // changes nothing.
        if (IsWeight(c.Op, input) && c.Inputs[0].Element == ElementType.Float16)
            values = Array.ConvertAll(values, value => (float)(Half)value);
        byte[] bytes = new byte[type.Bytes];
        if (type.Element == ElementType.Float16)
            MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).CopyTo(bytes);
        else if (type.Element == ElementType.UInt8)
            Array.ConvertAll(values, value => (byte)value).CopyTo(bytes, 0);
        else
            MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(bytes);
        return bytes;
    }

    private static bool IsWeight(Op op, int input) =>
        op is Conv2d or Linear or Conv2dDataGradient ? input == 1 : op is FoldedBatchNorm && input == 0;

    // A weight (K, C, R, S) lies as [R][S][C][K] on the device.
    private static DoubleTensor FromDevice(ReadOnlySpan<byte> bytes, TensorType type, bool isWeight)
    {
        DoubleTensor flat = Verification.FromBytes(bytes, type);
        if (!isWeight) return flat;
        DoubleTensor weight = new(flat.N, flat.C, flat.H, flat.W);
        int next = 0;
        for (int r = 0; r < flat.H; r++)
            for (int s = 0; s < flat.W; s++)
                for (int c = 0; c < flat.C; c++)
                    for (int k = 0; k < flat.N; k++) weight[k, c, r, s] = flat.Values[next++];
        return weight;
    }
}
