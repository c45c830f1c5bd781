namespace ResNetVulkan.Graphs;

/// <summary>
/// Where barriers must stand between the steps of a plan, derived from what each step reads and writes; and the checker that
/// proves it.
/// </summary>
/// <remarks>
/// CPU drivers run dispatches in order, and synchronisation validation does not see device addresses, so a missing barrier would
/// show nowhere but on somebody's GPU.
/// </remarks>
internal static class Barriers
{
    /// <summary>The steps, each with whether a barrier stands before it: as few as one pass finds.</summary>
    public static PlanStep[] Derive(IReadOnlyList<PlanStep> steps)
    {
        PlanStep[] result = new PlanStep[steps.Count];
        int sinceBarrier = 0;       // the steps from here on are not ordered yet
        for (int i = 0; i < steps.Count; i++)
        {
            bool needed = false;
            for (int j = sinceBarrier; j < i && !needed; j++) needed = Conflict(steps[j], steps[i]);
            if (needed) sinceBarrier = i;
            result[i] = steps[i] with { BarrierBefore = needed };
        }
        return result;
    }

    /// <summary>
    /// Every pair of steps that touch the same bytes, one of them writing, with no barrier between: must be none.
    /// </summary>
    public static List<string> Violations(IReadOnlyList<PlanStep> steps)
    {
        List<string> violations = [];
        for (int i = 0; i < steps.Count; i++)
        {
            for (int j = i - 1; j >= 0 && !steps[j + 1].BarrierBefore; j--)
            {
                if (Conflict(steps[j], steps[i]))
                    violations.Add($"step {i} ({steps[i].Node.Name}) and step {j} ({steps[j].Node.Name}) touch the same bytes.");
            }
        }
        return violations;
    }

    private static bool Conflict(PlanStep first, PlanStep second)
    {
        foreach (TensorView a in first.Tensors)
        {
            foreach (TensorView b in second.Tensors)
            {
                ((long from, long to), (long start, long end)) = (Range(a), Range(b));
                if ((a.Writes || b.Writes) && a.Block == b.Block && from < end && start < to) return true;
            }
        }
        return false;
    }

    // A tensor that is handed over as its block counts as all of it, though the kernel reads no more: what is bound is all that
    // synchronisation validation, or any tool, can see.
    private static (long From, long To) Range(TensorView view) =>
        view.Binding == Binding.Tensor ? (view.Offset, view.Offset + view.Bytes) : (0, long.MaxValue);
}
