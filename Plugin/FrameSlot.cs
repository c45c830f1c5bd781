using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Plugin;

/// <summary>
/// One frame's place: the commands before and after the network, the CPU's pixels, the outputs, and how to know that it is done.
/// </summary>
internal sealed class FrameSlot : IDisposable
{
    private const int MarkerBytes = 16;

    private readonly GpuDevice _device;
    private readonly double[] _times = new double[2];

    public FrameSlot(GpuDevice device, int index, ulong pixelBytes, ulong outputBytes)
    {
        _device = device;
        try
        {
            Intake = new CommandRecorder(device, $"frame {index}");
            Outtake = new CommandRecorder(device, $"result {index}");
            Upload = device.CreateBuffer($"pixels {index}", pixelBytes, GpuBufferUse.Upload);
            Readback = device.CreateBuffer($"outputs {index}", outputBytes + MarkerBytes, GpuBufferUse.Readback);
            Readback.Mapped.Clear();        // what another slot left here must not look like this one's marker
            Readback.Flush(0, Readback.Size);
            Timer = GpuTimer.IsSupported(device) ? new GpuTimer(device, $"frame {index}", 2) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CommandRecorder Intake { get; } = null!;

    public CommandRecorder Outtake { get; } = null!;

    public GpuBuffer Upload { get; } = null!;

    public GpuBuffer Readback { get; } = null!;

    public GpuTimer? Timer { get; }

    /// <summary>Of the frame that has the place; 0 for none.</summary>
    public ulong Number { get; private set; }

    /// <summary>The host's number.</summary>
    public ulong Frame { get; private set; }

    private ulong Submission { get; set; }

    private long Since { get; set; }

    private bool IsHosts { get; set; }

    /// <summary>A frame takes the place; it is pending until <see cref="Submitted"/>, or the host has run its commands.</summary>
    public void Take(ulong number, ulong frame, bool isHosts) => (Number, Frame, IsHosts, Submission, Since) =
        (number, frame, isHosts, ulong.MaxValue, System.Diagnostics.Stopwatch.GetTimestamp());

    /// <summary>The frame left before anything was submitted.</summary>
    public void Leave() => (Number, IsHosts, Submission) = (0, false, 0);

    public void Submitted(ulong submission) => Submission = submission;

    /// <summary>Whether nothing of the place is in use on the device.</summary>
    public bool IsDone =>
        Number == 0 || (IsHosts ? Marker() == (uint)Number
            : Submission != ulong.MaxValue && _device.Submission.IsComplete(Submission));

    /// <summary>In a host's command buffer nothing tells when it has run but what it writes last.</summary>
    public void RecordMarker(CommandRecorder commands)
    {
        commands.Barrier();
        commands.Fill(Readback, Readback.Size - MarkerBytes, sizeof(uint), (uint)Number);
    }

    /// <summary>The outputs of a frame that is done.</summary>
    public ReadOnlySpan<byte> Outputs()
    {
        Readback.Invalidate(0, Readback.Size);
        return Readback.Mapped[..^MarkerBytes];
    }

    public FrameResult Result() => new(
        Frame, System.Diagnostics.Stopwatch.GetElapsedTime(Since),
        Timer is not null && Timer.TryRead(0, _times) ? TimeSpan.FromMicroseconds(_times[1] / 1000) : null);

    public void Dispose()
    {
        Timer?.Dispose();
        Readback?.Dispose();
        Upload?.Dispose();
        Outtake?.Dispose();
        Intake?.Dispose();
    }

    private uint Marker()
    {
        Readback.Invalidate(Readback.Size - MarkerBytes, MarkerBytes);
        return Volatile.Read(ref Unsafe.AsRef(in MemoryMarshal.Cast<byte, uint>(Readback.Mapped[^MarkerBytes..])[0]));
    }
}
