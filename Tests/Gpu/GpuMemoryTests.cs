using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed class GpuMemoryTests : DeviceTests
{
    private const MemoryPropertyFlags Local = MemoryPropertyFlags.DeviceLocalBit;
    private const MemoryPropertyFlags Visible = MemoryPropertyFlags.HostVisibleBit;
    private const MemoryPropertyFlags Coherent = MemoryPropertyFlags.HostCoherentBit;
    private const MemoryPropertyFlags Cached = MemoryPropertyFlags.HostCachedBit;
    private const MemoryPropertyFlags AmdCoherent = (MemoryPropertyFlags)0x40;

    private static readonly MemoryPropertyFlags[] Card =
        [0, Local, Visible | Coherent, Visible | Coherent | Cached, Local | Visible | Coherent];

    private static readonly MemoryPropertyFlags[] Shared =
        [Local | Visible | Coherent, Local | Visible | Cached, Local | Visible | Coherent | Cached];

    private static readonly MemoryPropertyFlags[] Radeon = [Local | AmdCoherent, Local, Visible | Coherent];

    private static readonly object[][] Types =
    [
        ["a card's own memory, not its window", Card, GpuBufferUse.Tensors, 1],
        ["plain host memory for writing", Card, GpuBufferUse.Upload, 2],
        ["cached host memory for reading", Card, GpuBufferUse.Readback, 3],
        ["shared memory: whatever there is", Shared, GpuBufferUse.Tensors, 0],
        ["shared memory: cached and coherent for reading", Shared, GpuBufferUse.Readback, 2],
        ["never a type that wants a feature", Radeon, GpuBufferUse.Tensors, 1],
    ];

    [TestCaseSource(nameof(Types))]
    public void Chooses(string what, object types, object use, int expected)
    {
        int type = GpuMemory.BestType(TypesOf((MemoryPropertyFlags[])types), (GpuBufferUse)use, uint.MaxValue);
        Assert.That(type, Is.EqualTo(expected), what);
    }

    [Test]
    public void Chooses_among_the_allowed_types_only()
    {
        Assert.Multiple(() =>
        {
            Assert.That(GpuMemory.BestType(TypesOf(Card), GpuBufferUse.Tensors, 0b10000), Is.EqualTo(4));
            Assert.That(GpuMemory.BestType(TypesOf(Card), GpuBufferUse.Upload, 0b00010), Is.EqualTo(-1));
        });
    }

    [TestCase(0UL, 64UL, 0UL, 64UL, TestName = "an atom as it is")]
    [TestCase(65UL, 1UL, 64UL, 64UL, TestName = "the atom around one byte")]
    [TestCase(63UL, 2UL, 0UL, 128UL, TestName = "both atoms of two bytes")]
    [TestCase(960UL, 40UL, 960UL, 40UL, TestName = "cut by the block's end")]
    public void Flushes_whole_atoms(ulong offset, ulong size, ulong start, ulong length) =>
        Assert.That(GpuMemory.WholeAtoms(offset, size, blockSize: 1000, atom: 64), Is.EqualTo((start, length)));

    [Test]
    public void Refuses_before_allocating_and_says_how_much_there_is()
    {
        using GpuDevice device = GpuDevice.Create(TestDevice.Options with { MemoryLimit = 64 * Bytes.MiB });
        ulong before = device.Memory.Allocated;
        GpuOutOfMemoryException error = Assert.Throws<GpuOutOfMemoryException>(
            () => device.CreateBuffer("arena", 65 * Bytes.MiB, GpuBufferUse.Tensors))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.Match(
                @"^Out of device memory: ""arena"" needs 65 MiB, heap \d+ of "".+"" \([\d.]+ [MG]iB\) has 64 MiB free\.$"));
            Assert.That(error.Message, Does.Contain($"\"{device.Info.Name}\""));
            Assert.That(error.Needed, Is.EqualTo(65 * Bytes.MiB));
            Assert.That(error.Free, Is.EqualTo(64 * Bytes.MiB));
            Assert.That(error.HeapSize, Is.GreaterThan(64 * Bytes.MiB));
            Assert.That(error.WithAdvice("A batch of 192 fits.").Message, Does.EndWith("has 64 MiB free. A batch of 192 fits."));
            Assert.That(device.Memory.Allocated, Is.EqualTo(before));
        });

        // What fits still does, to the last byte, and what is given back can be had again.
        using (device.CreateBuffer("all of it", 64 * Bytes.MiB, GpuBufferUse.Tensors))
        {
            Assert.That(device.Memory.FreeFor(GpuBufferUse.Tensors), Is.Zero);
            Assert.Throws<GpuOutOfMemoryException>(() => device.CreateBuffer("one more", 1, GpuBufferUse.Tensors));
        }

        using GpuBuffer again = device.CreateBuffer("again", 64 * Bytes.MiB, GpuBufferUse.Tensors);
        Assert.That(again.Size, Is.EqualTo(64 * Bytes.MiB));
    }

    [Test]
    public void Puts_small_buffers_side_by_side_and_returns_the_block_with_the_last()
    {
        using GpuDevice device = GpuDevice.Create(TestDevice.Options);
        GpuBuffer a = device.CreateBuffer("a", 1000, GpuBufferUse.Tensors);
        ulong allocated = device.Memory.Allocated;
        GpuBuffer b = device.CreateBuffer("b", 1000, GpuBufferUse.Tensors);
        Assert.That(device.Memory.Allocated, Is.EqualTo(allocated));
        a.Dispose();
        Assert.That(device.Memory.Allocated, Is.EqualTo(allocated));
        b.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(device.Memory.Allocated, Is.Zero);
            Assert.That(device.Memory.Used, Is.Zero);
        });
    }

    [Test]
    public void Refuses_a_buffer_that_is_larger_than_the_device_s_largest()
    {
        ulong tooMuch = Math.Min(Device.Adapter.MaxBuffer, Device.Adapter.MaxAllocation) + 1;
        GpuException error = Assert.Throws<GpuException>(() => Device.CreateBuffer("vast", tooMuch, GpuBufferUse.Tensors))!;
        Assert.That(error.Message, Does.StartWith("\"vast\" has ").And.Contain("the largest buffer of "));
    }

    /// <summary>Buffers come and go at random; each keeps its own bytes as long as it lives.</summary>
    [Test]
    public void Buffers_never_overlap()
    {
        Random random = new(7);
        ulong usedBefore = Device.Memory.Used;
        List<(GpuBuffer Buffer, uint Mark)> alive = [];
        for (uint step = 1; step <= 300; step++)
        {
            if (alive.Count > 30 || (alive.Count > 0 && random.Next(3) == 0))
            {
                int victim = random.Next(alive.Count);
                CheckAndDispose(alive[victim]);
                alive.RemoveAt(victim);
                continue;
            }

            ulong words = (ulong)random.Next(1, 1 << random.Next(3, 23));
            GpuBuffer buffer = Device.CreateBuffer($"buffer {step}", words * 4, GpuBufferUse.Tensors);
            using CommandRecorder commands = new(Device, "mark");
            commands.Begin();
            commands.Fill(buffer, 0, buffer.Size, step);
            commands.End();
            Device.Submission.Submit(commands);
            alive.Add((buffer, step));
        }

        if (Device.Traits.HasAddresses)
        {
            (ulong Start, ulong End)[] spans =
                [.. alive.Select(x => (x.Buffer.Address, x.Buffer.Address + x.Buffer.Size)).Order()];
            Assert.That(spans.Zip(spans.Skip(1)).All(pair => pair.First.End <= pair.Second.Start));
        }

        foreach ((GpuBuffer Buffer, uint Mark) item in alive)
            CheckAndDispose(item);
        Assert.That(Device.Memory.Used, Is.EqualTo(usedBefore));

        static void CheckAndDispose((GpuBuffer Buffer, uint Mark) item)
        {
            byte[] bytes = new byte[item.Buffer.Size];
            Device.Staging.Read(item.Buffer, 0, bytes);
            ReadOnlySpan<uint> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes);
            Assert.That(words.ContainsAnyExcept(item.Mark), Is.False, $"{item.Buffer.Name} was written to by another");
            item.Buffer.Dispose();
        }
    }

    private static PhysicalDeviceMemoryProperties TypesOf(MemoryPropertyFlags[] flags)
    {
        PhysicalDeviceMemoryProperties properties = new() { MemoryTypeCount = (uint)flags.Length, MemoryHeapCount = 1 };
        for (int i = 0; i < flags.Length; i++)
            properties.MemoryTypes[i].PropertyFlags = flags[i];
        return properties;
    }
}
