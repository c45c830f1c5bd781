using ResNetVulkan.Inference;

namespace ResNetVulkan.Plugin;

/// <summary>How frames are seen.</summary>
public sealed record FrameOptions
{
    /// <summary>What activations and packed weights are stored as.</summary>
    public Precision Precision { get; init; }

    /// <summary>How many classes each result has.</summary>
    public int Top { get; init; } = 5;

    /// <summary>The most pixels that the shorter side of a frame may have; memory grows with its square.</summary>
    public int MaxShorterSide { get; init; } = 1080;

    /// <summary>How many frames can be on their way, from being handed over to being read.</summary>
    public int FramesInFlight { get; init; } = 3;
}

/// <summary>A frame that was handed over; the default is one that was not taken, because too many were in flight.</summary>
/// <param name="Number">Counts the frames of one network from 1; 0 for none.</param>
public readonly record struct FrameTicket(ulong Number)
{
    /// <summary>Whether the frame was taken.</summary>
    public bool IsTaken => Number != 0;
}

/// <summary>Where a frame is.</summary>
public enum FrameStatus
{
    /// <summary>Its result was read.</summary>
    Ready,

    /// <summary>It is on its way; ask again later.</summary>
    Pending,

    /// <summary>Its place went to a later frame, or it was never taken.</summary>
    Gone,
}

/// <summary>What is known of a frame besides its result.</summary>
/// <param name="Frame">The host's number for it.</param>
/// <param name="Age">Since it was handed over.</param>
/// <param name="GpuTime">
/// From its first command to its last, on the device; null without timestamps. Of a frame in slices, what lies between them
/// counts.
/// </param>
public readonly record struct FrameResult(ulong Frame, TimeSpan Age, TimeSpan? GpuTime);

/// <summary>What became of a slice.</summary>
public enum SliceStatus
{
    /// <summary>More of the frame is left.</summary>
    Submitted,

    /// <summary>It was the frame's last.</summary>
    Finished,

    /// <summary>The device has not done with earlier slices; nothing was submitted.</summary>
    Busy,

    /// <summary>No frame was begun; nothing was submitted.</summary>
    Idle,
}

/// <summary>One slice as it ran.</summary>
/// <param name="Frame">The host's number of the frame.</param>
/// <param name="FirstStep">Its first step; the frame is read before step 0.</param>
/// <param name="Steps">How many.</param>
/// <param name="Budget">What it was to take at most.</param>
/// <param name="GpuTime">What it took on the device.</param>
public readonly record struct SliceReport(ulong Frame, int FirstStep, int Steps, TimeSpan Budget, TimeSpan GpuTime);
