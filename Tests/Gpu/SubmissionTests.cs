using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed class SubmissionTests : DeviceTests
{
    /// <summary>
    /// Each copies one element on to the next place; only in order does the first one's value arrive at the end.
    /// </summary>
    [Test]
    public void Run_in_order_and_see_what_those_before_wrote()
    {
        const int links = 100;
        using GpuBuffer chain = Device.CreateBuffer("chain", (links + 1) * 4, GpuBufferUse.Tensors);
        Device.Staging.Upload(new byte[(links + 1) * 4], chain);
        Device.Staging.Upload([0xEF, 0xBE, 0xAD, 0xDE], chain);

        CommandRecorder[] recorders = [.. Enumerable.Range(0, links).Select(i => new CommandRecorder(Device, $"link {i}"))];
        for (int i = 0; i < links; i++)
        {
            recorders[i].Begin();
            recorders[i].Copy(chain, (ulong)i * 4, chain, (ulong)(i + 1) * 4, 4);
            recorders[i].End();
        }

        ulong[] numbers = [.. recorders.Select(recorder => Device.Submission.Submit(recorder))];
        Device.Submission.Wait(numbers[^1]);
        byte[] back = new byte[(links + 1) * 4];
        Device.Staging.Read(chain, 0, back);
        foreach (CommandRecorder recorder in recorders)
            recorder.Dispose();

        Assert.Multiple(() =>
        {
            Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, links).Select(i => numbers[0] + (ulong)i)));
            Assert.That(numbers.All(Device.Submission.IsComplete), "an earlier one was not complete when a later one was");
            Assert.That(MemoryMarshal.Cast<byte, uint>(back).ToArray(), Is.All.EqualTo(0xDEADBEEF));
        });
    }

    [Test]
    public void Run_several_command_buffers_in_their_order()
    {
        using GpuBuffer buffer = Device.CreateBuffer("last wins", 4, GpuBufferUse.Tensors);
        using CommandRecorder first = Filling(buffer, 1), second = Filling(buffer, 2);
        Device.Submission.Submit(first, second);
        byte[] back = new byte[4];
        Device.Staging.Read(buffer, 0, back);
        Assert.That(back, Is.EqualTo(new byte[] { 2, 0, 0, 0 }));
    }

    [Test]
    public void Allocate_and_make_nothing_however_many_run()
    {
        using GpuBuffer buffer = Device.CreateBuffer("reused", 64, GpuBufferUse.Tensors);
        using CommandRecorder commands = new(Device, "reused");
        commands.Begin(isReusable: true);
        commands.Fill(buffer, 0, 64, 7);
        commands.End();
        for (int i = 0; i < 10; i++)
            Device.Submission.Wait(Device.Submission.Submit(commands));

        long bytes = GC.GetAllocatedBytesForCurrentThread(), objects = Device.ObjectsCreated;
        for (int i = 0; i < 1000; i++)
        {
            ulong number = Device.Submission.Submit(commands);
            Device.Submission.Wait(number);
            if (!Device.Submission.IsComplete(number))
                Assert.Fail("waited for, and not complete");
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Assert.Multiple(() =>
        {
            Assert.That(bytes, Is.Zero, "managed bytes");
            Assert.That(Device.ObjectsCreated, Is.EqualTo(objects), "Vulkan objects");
        });
    }

    [Test]
    public void Number_themselves_without_gaps_from_any_thread()
    {
        using GpuBuffer buffer = Device.CreateBuffer("crowded", 64, GpuBufferUse.Tensors);
        ulong before = Device.Submission.Last;
        ulong[][] numbers = new ulong[4][];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            using CommandRecorder commands = Filling(buffer, (uint)t);
            numbers[t] = [.. Enumerable.Range(0, 50).Select(_ =>
            {
                ulong number = Device.Submission.Submit(commands);
                Device.Submission.Wait(number);
                return number;
            })];
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        Assert.That(numbers.SelectMany(x => x).Order(), Is.EqualTo(Enumerable.Range(1, 200).Select(i => before + (ulong)i)));
    }

    [Test]
    public void Refuse_to_be_waited_for_before_they_are_made()
    {
        ulong future = Device.Submission.Last + 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => Device.Submission.Wait(future));
        Assert.That(() => Device.Submission.Wait(0), Throws.Nothing);
    }

    [Test]
    public void Refuse_commands_that_are_not_ready()
    {
        using CommandRecorder commands = new(Device, "unready");
        Assert.That(Refusal(), Does.EndWith("nothing was recorded."));
        commands.Begin();
        Assert.That(Refusal(), Does.EndWith("their recording was not ended."));
        commands.End();
        Device.Submission.Submit(commands);
        Assert.That(Refusal(), Is.EqualTo(
            "The commands \"unready\" cannot be submitted: they were recorded for one submission, which they had."));

        string Refusal() => Assert.Throws<InvalidOperationException>(() => Device.Submission.Submit(commands))!.Message;
    }

    private static CommandRecorder Filling(GpuBuffer buffer, uint value)
    {
        CommandRecorder commands = new(Device, $"fill with {value}");
        commands.Begin(isReusable: true);
        commands.Fill(buffer, 0, buffer.Size, value);
        commands.End();
        return commands;
    }
}
