using NUnit.Framework;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Tests.Graphs;

/// <summary>
/// CPU drivers run dispatches in order, so a missing barrier would show nowhere: barriers are proven from what each step reads
/// and writes.
/// </summary>
[TestFixture]
public sealed class BarriersTests
{
    [Test]
    public void Every_derived_barrier_is_enough_and_none_can_be_left_out()
    {
        int removed = 0, steps = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            CompiledGraph compiled = GraphCompiler.Compile(
                RandomGraph.Make(new Random(seed)), Traits.All[seed % Traits.All.Count],
                new CompileOptions { Rewrite = seed % 3 != 0 });
            IReadOnlyList<PlanStep> body = compiled.Body.Steps;
            string what = $"seed {seed}";
            Assert.That(Barriers.Violations(body), Is.Empty, what);
            Assert.That(Hazard(compiled.Body), Is.Null, what);
            steps += body.Count;
            for (int i = 0; i < body.Count; i++)
            {
                if (!body[i].BarrierBefore) continue;
                PlanStep[] bare = [.. body];
                bare[i] = bare[i] with { BarrierBefore = false };
                StepList without = compiled.Body with { Steps = bare };
                Assert.That(Barriers.Violations(without.Steps), Is.Not.Empty, $"{what}, without the barrier before step {i}");
                Assert.That(Hazard(without), Is.Not.Null, $"{what}, without the barrier before step {i}");
                removed++;
            }
        }
        TestContext.Out.WriteLine($"{steps} steps, {removed} barriers removed one by one.");
        Assert.That(removed, Is.GreaterThan(3000));
    }

    [Test]
    public void Constants_are_prepared_behind_barriers_too()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            CompiledGraph compiled = GraphCompiler.Compile(RandomGraph.Make(new Random(seed)), Traits.Lavapipe25);
            StepList preparation = compiled.Preparation([.. compiled.Constants.Where(tensor => tensor.Parameter is null)]);
            Assert.That(Hazard(preparation), Is.Null, $"seed {seed}");
        }
    }

    [Test]
    public void Names_the_steps_that_touch_the_same_bytes()
    {
        CompiledGraph compiled = GraphCompiler.Compile(RandomGraph.Make(new Random(2)), Traits.Card,
            new CompileOptions { Rewrite = false });
        PlanStep[] bare = [.. compiled.Body.Steps.Select(step => step with { BarrierBefore = false })];
        Assert.That(Barriers.Violations(bare)[0],
            Does.Match(@"^step \d+ \(node \d+.*\) and step \d+ \(node \d+.*\) touch the same bytes\.$"));
    }

    // Paints every word that a step touches since the last barrier with the step's number, and looks for another's paint. Shares
    // nothing with the way in which barriers are derived.
    private static string? Hazard(StepList list)
    {
        int[][] writers = [.. list.Blocks.Select(block => new int[block.Bytes / 4 + 1])],
            readers = [.. writers.Select(words => new int[words.Length])];
        int since = 0;
        for (int i = 1; i <= list.Steps.Count; i++)
        {
            PlanStep step = list.Steps[i - 1];
            if (step.BarrierBefore) since = i;
            foreach (TensorView view in step.Tensors)
            {
                (long first, long end) = Words(view);
                for (long word = first; word < end; word++)
                {
                    if (Other(writers[view.Block][word]) || (view.Writes && Other(readers[view.Block][word])))
                        return $"step {i - 1} at word {word} of block {view.Block}";
                }
            }
            foreach (TensorView view in step.Tensors)
            {
                (long first, long end) = Words(view);
                (view.Writes ? writers : readers)[view.Block].AsSpan((int)first, (int)(end - first)).Fill(i);
            }

            bool Other(int painter) => painter >= since && painter > 0 && painter != i;
        }
        return null;

        // What is handed over as its block counts as all of it.
        (long First, long End) Words(TensorView view) => view.Binding == Binding.Tensor
            ? (view.Offset / 4, (view.Offset + view.Bytes + 3) / 4)
            : (0, writers[view.Block].Length);
    }
}
