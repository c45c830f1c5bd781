using System.Diagnostics;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed class GpuTimerTests : DeviceTests
{
    [Test]
    public void Times_grow_and_stay_within_the_time_that_passed()
    {
        const int count = 150;    // more than are read at a time
        using GpuTimer timer = NewTimer(count);
        using GpuBuffer buffer = Device.CreateBuffer("work", 4 << 20, GpuBufferUse.Tensors);
        using CommandRecorder commands = new(Device, "timed");
        commands.Begin(isReusable: true);
        commands.Reset(timer);
        for (int i = 0; i < count; i++)
        {
            commands.Timestamp(timer, i);
            commands.Fill(buffer, 0, i % 50 == 0 ? buffer.Size : 4, 1);
            commands.Barrier();
        }

        commands.End();
        for (int run = 0; run < 2; run++)    // the reset lies in the commands: a second run starts over
        {
            Stopwatch watch = Stopwatch.StartNew();
            Device.Submission.Wait(Device.Submission.Submit(commands));
            double passed = watch.Elapsed.TotalNanoseconds;

            double[] times = new double[count];
            Assert.That(timer.TryRead(0, times));
            Assert.Multiple(() =>
            {
                Assert.That(times[0], Is.Zero);
                Assert.That(times, Is.Ordered);
                Assert.That(times[^1], Is.Positive.And.LessThan(passed * 1.05));    // two clocks, which drift by far less
            });
        }
    }

    [Test]
    public void Says_so_where_nothing_was_written_yet()
    {
        if (!Device.Has(GpuRequirements.HostQueryReset))
            Assert.Ignore("This device lacks hostQueryReset, without which new timers must not be read.");
        using GpuTimer timer = NewTimer(2);
        Assert.That(timer.TryRead(0, new double[2]), Is.False);
    }

    [TestCase(10UL, 30UL, 64, 2.0, 40.0, TestName = "ticks times period")]
    [TestCase(0xF_FFFF_FFF0UL, 0x10UL, 36, 1.0, 32.0, TestName = "36 bits, wrapped around")]
    [TestCase(ulong.MaxValue, 1UL, 64, 1.0, 2.0, TestName = "64 bits, wrapped around")]
    public void Counts(ulong start, ulong end, int bits, double period, double expected)
    {
        ulong validBits = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        Assert.That(GpuTimer.Nanoseconds(start, end, validBits, period), Is.EqualTo(expected));
    }

    private static GpuTimer NewTimer(int count)
    {
        if (!GpuTimer.IsSupported(Device))
            Assert.Ignore("This device's compute queue has no timestamps.");
        return new GpuTimer(Device, "timer", count);
    }
}
