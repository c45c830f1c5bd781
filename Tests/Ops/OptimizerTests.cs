using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Oracle;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

/// <summary>SGD and AdamW: kernels against formulas, and formulas against PyTorch over many steps.</summary>
[TestFixture]
public sealed class OptimizerTests : OpTests
{
    private const ParameterAttributes Decaying = ParameterAttributes.Learned | ParameterAttributes.Decays;

    private static readonly ParameterAttributes[] Kinds =
        [Decaying, ParameterAttributes.Learned, ParameterAttributes.None, ParameterAttributes.Statistic, Decaying];

    private static readonly StepInputs Step = new()
    {
        LearningRate = 0.1f, Momentum = 0.9f, SecondMomentum = 0.99f, Correction = 1 - 0.9f * 0.9f, SecondCorrection = 0.0199f,
        Epsilon = 1e-8f, WeightDecay = 0.01f, GradientScale = 0.25f, AverageDecay = 0.995f,
    };

    private static IEnumerable<Op> Optimizers() =>
        [new Sgd(), new Sgd(Nesterov: true), new Sgd(HasAverage: true), new Sgd(true, true), new AdamW(), new AdamW(true)];

    [TestCaseSource(nameof(Optimizers))]
    public void A_step_agrees_with_the_formula(Op op)
    {
        foreach (int blocks in new[] { 1, 5, 67 }) AssertAgrees(Case($"{op}, {blocks} times 64", op, blocks, Step));
    }

    [TestCaseSource(nameof(Optimizers))]
    public void A_long_gradient_is_clipped_and_a_short_one_not(Op op)
    {
        foreach (float norm in new[] { 0, 0.5f, 40 })
            AssertAgrees(Case($"{op}, norm {norm}", op, 5, Step with { MaxGradientNorm = 2 }, norm));
    }

    [TestCaseSource(nameof(Optimizers))]
    public void A_loss_or_norm_that_is_not_finite_changes_nothing(Op op)
    {
        float[][] broken = [[float.NaN, 1], [float.PositiveInfinity, 1], [1, float.NaN], [1, float.NegativeInfinity]];
        foreach (float[] pair in broken)
        {
            OpCase c = Case($"{op}, norm {pair[0]}, loss {pair[1]}", op, 5, Step, pair[0], pair[1]);
            DoubleTensor[] inputs = [.. c.Inputs.Select((type, i) => Values(c, type, i))];
            DoubleTensor[] outputs = op.Evaluate(inputs);
            for (int i = 0; i < outputs.Length; i++)
                Assert.That(outputs[i].Values, Is.EqualTo(inputs[op.Overwrites(i)].Values), $"{c}, output {i}");
            AssertAgrees(c);
        }
    }

    [Test]
    public void Sgd_is_what_a_hand_computes()
    {
        StepInputs step = new() { LearningRate = 0.1f, Momentum = 0.9f, WeightDecay = 0.01f, GradientScale = 1 };
        // v = 0.9 * 0.25 + 0.5 + 0.01 * 1 = 0.735; p = 1 - 0.1 * 0.735; with Nesterov 1 - 0.1 * (0.51 + 0.9 * 0.735)
        foreach ((bool nesterov, double wanted) in new[] { (false, 0.9265), (true, 0.88285) })
        {
            DoubleTensor[] y = new Sgd(nesterov).Evaluate(
                [Filled(1), Filled(0.5), Filled(0.25), Attributes(Decaying), One(1), One(1), Words(step)]);
            Assert.That(y[0].Values[63], Is.EqualTo(wanted).Within(1e-8));
            Assert.That(y[1].Values[63], Is.EqualTo(0.735).Within(1e-8));
        }
    }

    [Test]
    public void AdamW_is_what_a_hand_computes()
    {
        StepInputs step = new()
        {
            LearningRate = 0.1f, Momentum = 0.5f, SecondMomentum = 0.75f, Correction = 0.5f, SecondCorrection = 0.25f,
            WeightDecay = 0.5f, GradientScale = 1,
        };
        // m = 0.5 * 2 = 1, m / c1 = 2; v = 0.25 * 4 = 1, sqrt(v / c2) = 2; p = 1 * (1 - 0.05) - 0.1 * 1
        DoubleTensor[] y = new AdamW().Evaluate(
            [Filled(1), Filled(2), Filled(0), Filled(0), Attributes(Decaying), One(1), One(1), Words(step)]);
        Assert.That(y[0].Values[0], Is.EqualTo(0.85).Within(1e-8));
        Assert.That((y[1].Values[0], y[2].Values[0]), Is.EqualTo((1.0, 1.0)));
    }

    [TestCase("sgd", false, 0, 0.9f)]
    [TestCase("sgd", true, 0, 0.9f)]
    [TestCase("sgd", false, 2, 0f)]
    [TestCase("sgd", true, 2, 0.9f)]
    [TestCase("adamw", false, 0, 0.9f)]
    [TestCase("adamw", false, 2, 0.8f)]
    public void Thirty_steps_are_PyTorchs(string optimizer, bool nesterov, float limit, float momentum)
    {
        const int Steps = 30;
        const uint Seed = 11;
        int count = 64 * Kinds.Length;
        StepInputs step = Step with { Momentum = momentum, MaxGradientNorm = limit, LearningRate = 0.03f };
        byte[] answer = Python.Run("Tests/Ops/torch_optimizers.py", [], JsonSerializer.SerializeToUtf8Bytes(new
        {
            optimizer, nesterov, limit, momentum = (double)momentum, seed = Seed, steps = Steps,
            attributes = Kinds.Select(kind => (int)kind).ToArray(), rate = (double)step.LearningRate,
            secondMomentum = (double)step.SecondMomentum, epsilon = (double)step.Epsilon, weightDecay = (double)step.WeightDecay,
            scale = (double)step.GradientScale, averageDecay = (double)step.AverageDecay,
        }));
        double[] torch = MemoryMarshal.Cast<byte, double>(answer).ToArray();

        bool isSgd = optimizer == "sgd";
        Op op = isSgd ? new Sgd(nesterov, HasAverage: true) : new AdamW(HasAverage: true);
        DoubleTensor parameters = Hashed("parameters"), average = Hashed("average");
        DoubleTensor[] states = isSgd ? [Filled(0, count)] : [Filled(0, count), Filled(0, count)];
        for (int t = 0; t < Steps; t++)
        {
            step.Correction = (float)(1 - Math.Pow(step.Momentum, t + 1));
            step.SecondCorrection = (float)(1 - Math.Pow(step.SecondMomentum, t + 1));
            DoubleTensor gradients = Hashed($"gradients {t}"), norm = new GradientNorm().Evaluate([gradients, Words(step)])[0];
            Assert.That(norm.Values[0], Is.EqualTo(torch[t]).Within(1e-12), $"norm of step {t}");
            DoubleTensor[] y = op.Evaluate(
                [parameters, gradients, .. states, Attributes(Kinds), norm, One(1), Words(step), average]);
            (parameters, states, average) = (y[0], y[1..^1], y[^1]);
        }
        // Adam's corrections are float32: each step's length is off by as much.
        double tolerance = isSgd ? 1e-13 : Steps * step.LearningRate * 4 * OracleResult.Float32Roundoff;
        Assert.That(parameters.Values, Is.EqualTo(torch[Steps..(Steps + count)]).Within(tolerance));
        Assert.That(average.Values, Is.EqualTo(torch[(Steps + count)..]).Within(tolerance));

        DoubleTensor Hashed(string name) => new(count, 1, 1, 1, Hash.Doubles(Seed, name, count));
    }

    [Test]
    public void Outputs_lie_in_the_place_of_what_they_replace()
    {
        Assert.That(Overwritten(new Sgd(HasAverage: true), 3), Is.EqualTo(new[] { 0, 2, 7 }));
        Assert.That(Overwritten(new AdamW(HasAverage: true), 4), Is.EqualTo(new[] { 0, 2, 3, 8 }));
        static IEnumerable<int> Overwritten(Op op, int outputs) => Enumerable.Range(0, outputs).Select(op.Overwrites);
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType vector = new(Shape.Vector(128)), one = new(Shape.Vector(1));
        TensorType attributes = new(Shape.Vector(2), ElementType.UInt32);
        AssertRefuses(
            new Sgd(), "Sgd: gradients (100, 1, 1, 1) should be float32, and a multiple of 64 of them.",
            vector, new(Shape.Vector(100)), vector, attributes, one, one, StepInputs.Type);
        AssertRefuses(
            new Sgd(), "Sgd: parameters (128, 1, 1, 1) and momentum (64, 1, 1, 1) differ in length.",
            vector, vector, new(Shape.Vector(64)), attributes, one, one, StepInputs.Type);
        AssertRefuses(
            new Sgd(true, true), "Sgd: 7 inputs are given, 8 wanted.",
            vector, vector, vector, attributes, one, one, StepInputs.Type);
        AssertRefuses(
            new AdamW(), "AdamW: attributes (1, 1, 1, 1) UInt32 should be (2, 1, 1, 1) UInt32, one for 64 elements.",
            vector, vector, vector, vector, new(Shape.Vector(1), ElementType.UInt32), one, one, StepInputs.Type);
    }

    private static OpCase Case(string name, Op op, int blocks, StepInputs step, float norm = 1, float loss = 1)
    {
        int vectors = op is Sgd ? 3 : 4;
        TensorType vector = new(Shape.Vector(64 * blocks)), one = new(Shape.Vector(1));
        bool hasAverage = op is Sgd { HasAverage: true } or AdamW { HasAverage: true };
        return new OpCase(name, op,
        [
            .. Enumerable.Repeat(vector, vectors), new(Shape.Vector(blocks), ElementType.UInt32), one, one, StepInputs.Type,
            .. hasAverage ? [vector] : Array.Empty<TensorType>(),
        ])
        {
            EveryFamily = true,
            Values = (input, values) =>
                input == vectors ? [.. values.Select((_, i) => Bits((uint)Kinds[i % Kinds.Length]))]
                : input == vectors + 1 ? [norm]
                : input == vectors + 2 ? [loss]
                : input == vectors + 3 ? [.. MemoryMarshal.Cast<StepInputs, uint>([step]).ToArray().Select(Bits)]
                : input == 3 && op is AdamW ? Array.ConvertAll(values, Math.Abs)
                : values,
        };
    }

    private static DoubleTensor Values(OpCase c, TensorType type, int input)
    {
        float[] values = c.Values!(input, Hash.Values(c.Seed, $"input {input}", (int)type.Shape.Count));
        return new DoubleTensor(type.Shape.N, 1, 1, 1, [.. values.Select(value =>
            type.Element == ElementType.UInt32 ? BitConverter.SingleToUInt32Bits(value) : (double)value)]);
    }

    private static float Bits(uint word) => BitConverter.UInt32BitsToSingle(word);

    private static DoubleTensor Filled(double value, int count = 64) =>
        new(count, 1, 1, 1, [.. Enumerable.Repeat(value, count)]);

    private static DoubleTensor One(double value) => Filled(value, 1);

    private static DoubleTensor Attributes(params ParameterAttributes[] kinds) =>
        new(kinds.Length, 1, 1, 1, [.. kinds.Select(kind => (double)(int)kind)]);

    private static DoubleTensor Words(StepInputs step) =>
        new(16, 1, 1, 1, [.. MemoryMarshal.Cast<StepInputs, uint>([step]).ToArray().Select(word => (double)word)]);
}
