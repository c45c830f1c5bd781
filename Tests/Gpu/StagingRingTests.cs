using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed class StagingRingTests : DeviceTests
{
    // Around one slot, the whole ring and twice the ring of the shared device's; and bytes that no unit divides.
    private static readonly int[] Sizes =
        [1, 2, 3, 5, 4093, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, (16 << 20) - 3, 16 << 20, (32 << 20) + 7];

    [TestCaseSource(nameof(Sizes))]
    public void Brings_back_what_it_took_there(int size)
    {
        byte[] bytes = Noise(size);
        using GpuBuffer buffer = Device.CreateBuffer("round trip", (ulong)size + 8, GpuBufferUse.Tensors);
        Device.Staging.Upload(new byte[size + 8], buffer);
        Device.Staging.Upload(bytes, buffer, 3);

        byte[] back = new byte[size + 8];
        Device.Staging.Read(buffer, 0, back);
        Assert.Multiple(() =>
        {
            Assert.That(back.AsSpan(3, size).SequenceEqual(bytes));
            Assert.That(back[..3].Concat(back[(size + 3)..]), Is.All.Zero, "wrote beside the target");
        });
    }

    [Test]
    public void Works_with_a_single_tiny_slot()
    {
        using StagingRing ring = new(Device, slots: 1, slotBytes: 7);
        byte[] bytes = Noise(100);
        using GpuBuffer buffer = Device.CreateBuffer("tiny", 100, GpuBufferUse.Tensors);
        ring.Upload(bytes, buffer);
        byte[] back = new byte[93];
        ring.Read(buffer, 7, back);
        Assert.That(back, Is.EqualTo(bytes[7..]));
    }

    [Test]
    public void Copies_nothing_when_there_is_nothing_to_copy()
    {
        using GpuBuffer buffer = Device.CreateBuffer("idle", 4, GpuBufferUse.Tensors);
        ulong before = Device.Submission.Last;
        Device.Staging.Read(buffer, 4, []);
        Assert.Multiple(() =>
        {
            Assert.That(Device.Staging.Upload([], buffer, 4), Is.Zero);
            Assert.That(Device.Submission.Last, Is.EqualTo(before));
        });
    }

    [Test]
    public void Refuses_bytes_beyond_the_buffer_before_it_copies_any()
    {
        using GpuBuffer buffer = Device.CreateBuffer("ten", 10, GpuBufferUse.Tensors);
        ulong before = Device.Submission.Last;
        ArgumentOutOfRangeException error =
            Assert.Throws<ArgumentOutOfRangeException>(() => Device.Staging.Upload(new byte[8], buffer, 3))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.StartWith("8 bytes at 3 are not a part of \"ten\", which has 10."));
            Assert.That(
                () => Device.Staging.Read(buffer, ulong.MaxValue, new byte[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(Device.Submission.Last, Is.EqualTo(before));
        });
    }

    private static byte[] Noise(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
