using System.Runtime.InteropServices;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Training;

[TestFixture]
public sealed class LearningRateTests
{
    private static readonly (string Text, Request Torch)[] Schedules =
    [
        ("constant", new("constant", 7)),
        ("cosine", new("cosine", 1)),
        ("cosine", new("cosine", 100)),
        ("cosine:0.05", new("cosine", 33) { Floor = 0.05 }),
        ("step:3,7:0.1", new("step", 10) { Milestones = [3, 7] }),
        ("step:0.5,0.75:0.1", new("step", 40) { Milestones = [20, 30] }),
        ("one-cycle", new("one-cycle", 100)),
        ("one-cycle", new("one-cycle", 37)),
        ("one-cycle:0.2", new("one-cycle", 50) { Rise = 0.2 }),
        ("warmup:5+constant", new("constant", 12) { Warmup = 5 }),
        ("warmup:5+cosine", new("cosine", 50) { Warmup = 5 }),
        ("warmup:0.1+step:10,20:0.1", new("step", 50) { Warmup = 5, Milestones = [10, 20] }),
    ];

    [Test]
    public void Every_schedule_is_PyTorchs()
    {
        byte[] requests = JsonSerializer.SerializeToUtf8Bytes(
            Schedules.Select(schedule => schedule.Torch), JsonSerializerOptions.Web);
        byte[] answer = Python.Run("Tests/Training/torch_schedules.py", [], requests);
        double[] torch = MemoryMarshal.Cast<byte, double>(answer).ToArray();
        int next = 0;
        foreach ((string text, Request request) in Schedules)
        {
            LearningRate rate = LearningRate.Parse(text);
            // PyTorch goes from step to step, and gathers a rounding each.
            for (int step = 0; step < request.Steps; step++, next++)
                Assert.That(rate.Factor(step, request.Steps), Is.EqualTo(torch[next]).Within(1e-12), $"{text}, step {step}");
        }
        Assert.That(next, Is.EqualTo(torch.Length));
    }

    [Test]
    public void The_text_comes_back() => Assert.Multiple(() =>
    {
        foreach ((string text, _) in Schedules)
        {
            LearningRate rate = LearningRate.Parse(text);
            Assert.That(rate.ToString(), Is.EqualTo(text));
            Assert.That(LearningRate.Parse(rate.ToString()), Is.EqualTo(rate));
        }
    });

    [Test]
    public void No_training_is_too_short_for_a_schedule()
    {
        foreach (string text in new[] { "cosine", "one-cycle", "step:0.5:0.1", "warmup:5+one-cycle", "warmup:0.5+cosine" })
        {
            for (int steps = 1; steps <= 6; steps++)
            {
                for (int step = 0; step < steps; step++)
                    Assert.That(LearningRate.Parse(text).Factor(step, steps), Is.InRange(0, 1), $"{text}, {step} of {steps}");
            }
        }
    }

    [TestCase("")]
    [TestCase("linear")]
    [TestCase("cosine+cosine")]
    [TestCase("warmup:5")]
    [TestCase("step:5")]
    public void What_is_no_schedule_is_quoted_beside_those_that_are(string text) =>
        Assert.That(() => LearningRate.Parse(text), Throws.TypeOf<FormatException>().With.Message.EqualTo(
            $"'{text}' is no learning rate's schedule. Known are constant, cosine, step:0.5,0.75:0.1, one-cycle, " +
            "and warmup:500+ before each of them."));

    [TestCase("cosine:2", "2")]
    [TestCase("cosine:NaN", "NaN")]
    [TestCase("step:0.5,:0.1", "")]
    [TestCase("step:1.5:0.1", "1.5")]
    [TestCase("step:5:0", "0")]
    [TestCase("one-cycle:1", "1")]
    [TestCase("warmup:-5+cosine", "-5")]
    [TestCase("warmup:five+cosine", "five")]
    public void A_number_out_of_place_is_quoted(string text, string number) =>
        Assert.That(() => LearningRate.Parse(text), Throws.TypeOf<FormatException>().With.Message.StartsWith(
            $"'{number}' in '{text}' is out of place."));

    private sealed record Request(string Schedule, int Steps)
    {
        public int Warmup { get; init; }

        public double Floor { get; init; }

        public double[] Milestones { get; init; } = [];

        public double Gamma { get; init; } = 0.1;

        public double Rise { get; init; } = 0.3;
    }
}
