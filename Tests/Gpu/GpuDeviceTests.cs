using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Tests.Support;
using Silk.NET.Vulkan;
using Buffer = Silk.NET.Vulkan.Buffer;

namespace ResNetVulkan.Tests.Gpu;

[TestFixture]
public sealed unsafe partial class GpuDeviceTests : DeviceTests
{
    [Test]
    public void Is_what_the_list_says()
    {
        IReadOnlyList<GpuInfo> devices = GpuDevice.List();
        Assert.That(devices.Select(device => device.Index), Is.EqualTo(Enumerable.Range(0, devices.Count)));

        GpuInfo info = devices[Device.Info.Index];
        Assert.Multiple(() =>
        {
            Assert.That(info.Name, Is.EqualTo(Device.Info.Name));
            Assert.That(info.DeviceUuid, Is.EqualTo(Device.Info.DeviceUuid));
            Assert.That(info.DeviceUuid, Does.Match("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
            Assert.That(info.Traits, Is.EqualTo(Device.Traits));
            Assert.That(info.Missing, Is.Empty);
            Assert.That(info.MemoryBytes, Is.GreaterThan(64 * Bytes.MiB));
            Assert.That(info.ToString(), Does.Contain(info.Name).And.Contain(info.ApiVersion.ToString()));
        });
    }

    [Test]
    public void Has_traits_that_the_specification_promises()
    {
        GpuTraits traits = Device.Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.IsCpu, Is.EqualTo(Device.Info.Kind == GpuKind.Cpu));
            Assert.That(ulong.IsPow2(traits.SubgroupSize) && traits.SubgroupSize <= 128);
            Assert.That(uint.IsPow2(traits.SliceAlignment) && traits.SliceAlignment is >= 64 and <= 256);
            Assert.That(traits.MaxPushBytes, Is.AtLeast(128));
            Assert.That(traits.MaxStorageRange, Is.AtLeast(1 << 27));
            Assert.That(traits.MaxGroupInvocations, Is.AtLeast(128));
            Assert.That(traits.SharedMemory, Is.AtLeast(16384));
            if (traits.Driver == GpuDriver.Lavapipe)
                Assert.That(traits.DriverVersion, Is.GreaterThan(new Version(20, 0)).And.LessThan(new Version(100, 0)));
        });
    }

    [Test]
    public void Leaves_off_what_the_options_disable()
    {
        GpuOptions options = TestDevice.Options with { DisableAddresses = true, DisableTexelBuffers = true };
        using GpuDevice device = GpuDevice.Create(options);
        using GpuBuffer buffer = device.CreateBuffer("plain", 100, GpuBufferUse.Tensors);
        Assert.Multiple(() =>
        {
            Assert.That(device.Traits.HasAddresses, Is.False);
            Assert.That(device.Traits.MaxTexelElements, Is.Zero);
            Assert.That(buffer.Address, Is.Zero);
        });
    }

    [Test]
    public void Gives_buffers_an_address_where_it_has_addresses()
    {
        using GpuBuffer buffer = Device.CreateBuffer("addressed", 100, GpuBufferUse.Tensors);
        Assert.That(buffer.Address != 0, Is.EqualTo(Device.Traits.HasAddresses));
    }

    [Test]
    public void Two_work_side_by_side_on_two_threads()
    {
        GpuOptions[] options = [TestDevice.Options, TestDevice.Options with { DisableAddresses = true }];
        Exception?[] failures = new Exception?[2];
        Thread[] threads = [.. options.Select((option, index) => new Thread(() =>
        {
            try
            {
                WorkAlone(option, seed: index);
            }
            catch (Exception e)
            {
                failures[index] = e;
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(failures, Is.All.Null);

        static void WorkAlone(GpuOptions options, int seed)
        {
            MessageLog log = new();
            using GpuDevice device = GpuDevice.Create(options);
            device.Message += log.Add;
            byte[] bytes = new byte[1 << 20];
            byte[] back = new byte[bytes.Length];
            using GpuBuffer buffer = device.CreateBuffer("alone", (ulong)bytes.Length, GpuBufferUse.Tensors);
            for (int i = 0; i < 20; i++)
            {
                new Random(seed * 100 + i).NextBytes(bytes);
                device.Staging.Upload(bytes, buffer);
                device.Staging.Read(buffer, 0, back);
                if (!back.AsSpan().SequenceEqual(bytes))
                    throw new InvalidOperationException($"device {seed} read what it did not write");
            }

            if (log.TakeComplaints() is { Count: > 0 } complaints)
                throw new InvalidOperationException(string.Join("\n", complaints));
        }
    }

    [Test]
    public void Messages_of_the_validation_layer_arrive_as_events()
    {
        RequireValidation();
        MessageLog log = new();
        using GpuDevice device = GpuDevice.Create(TestDevice.Options);
        device.Message += log.Add;
        Assert.That(log.TakeComplaints(), Is.Empty);

        Provoke(device);
        IReadOnlyList<GpuMessage> complaints = log.TakeComplaints();
        Assert.That(complaints, Has.Count.EqualTo(1));
        Assert.Multiple(() =>
        {
            Assert.That(complaints[0].Id, Is.EqualTo("VUID-VkBufferCreateInfo-size-00912"));
            Assert.That(complaints[0].Severity, Is.EqualTo(GpuSeverity.Error));
            Assert.That(complaints[0].Source, Is.EqualTo(GpuMessageSource.Validation));
            Assert.That(complaints[0].Text, Does.Contain("size"));
        });

        device.Message -= log.Add;
        Provoke(device);
        Assert.That(log.TakeComplaints(), Is.Empty, "the handler was removed");
    }

    [Test]
    public void Synchronization_validation_finds_a_missing_barrier()
    {
        RequireValidation();
        MessageLog log = new();
        using GpuDevice device = GpuDevice.Create(TestDevice.Options with { SynchronizationValidation = true });
        device.Message += log.Add;
        using GpuBuffer buffer = device.CreateBuffer("written twice", 64, GpuBufferUse.Tensors);
        using CommandRecorder commands = new(device, "two fills");

        foreach (bool hasBarrier in (bool[])[true, false])
        {
            commands.Begin();
            commands.Fill(buffer, 0, 64, 1);
            if (hasBarrier)
                commands.Barrier();
            commands.Fill(buffer, 32, 32, 2);
            commands.End();
            string[] ids = [.. log.TakeComplaints().Select(message => message.Id)];
            Assert.That(ids, hasBarrier ? Is.Empty : Is.EqualTo(["SYNC-HAZARD-WRITE-AFTER-WRITE"]));
        }
    }

    [Test]
    public void Messages_from_before_the_first_handler_are_kept_for_it()
    {
        RequireValidation();
        MessageLog log = new();
        using GpuDevice device = GpuDevice.Create(TestDevice.Options);
        Provoke(device);
        device.Message += log.Add;
        Assert.That(log.TakeComplaints().Select(message => message.Id), Is.EqualTo(["VUID-VkBufferCreateInfo-size-00912"]));
    }

    [Test]
    public void A_handler_that_throws_harms_nobody()
    {
        RequireValidation();
        using GpuDevice device = GpuDevice.Create(TestDevice.Options);
        int calls = 0;
        device.Message += _ =>
        {
            calls++;
            throw new InvalidOperationException("must not cross the driver");
        };
        Provoke(device);
        Assert.That(calls, Is.EqualTo(1));
    }

    [Test]
    public void Reports_by_name_what_was_never_disposed_of()
    {
        MessageLog log = new();
        GpuDevice device = GpuDevice.Create(TestDevice.Options with { Validation = false });
        device.Message += log.Add;
        GpuBuffer forgotten = device.CreateBuffer("forgotten", 64, GpuBufferUse.Tensors);
        CommandRecorder lost = new(device, "lost");
        device.CreateBuffer("disposed", 64, GpuBufferUse.Tensors).Dispose();
        device.Dispose();

        GpuMessage[] leaks = [.. log.TakeComplaints()];
        Assert.Multiple(() =>
        {
            Assert.That(leaks.Select(leak => leak.Objects.Single()),
                Is.EquivalentTo(["Buffer \"forgotten\"", "CommandPool \"lost\"", "CommandBuffer \"lost\""]));
            Assert.That(leaks.Select(leak => (leak.Id, leak.Severity, leak.Source)),
                Is.All.EqualTo(("Leak", GpuSeverity.Error, GpuMessageSource.Library)));
            Assert.That(leaks[0].Text, Is.EqualTo("Buffer \"forgotten\" was alive when its device was disposed of."));
        });

        // Too late to matter, and safe.
        forgotten.Dispose();
        lost.Dispose();
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.CreateBuffer("after", 64, GpuBufferUse.Tensors));
    }

    [Test]
    public void Counts_objects_and_forgets_those_disposed_of()
    {
        int live = Device.LiveObjects;
        long created = Device.ObjectsCreated;
        using (Device.CreateBuffer("big", 600 * Bytes.MiB / 100, GpuBufferUse.Tensors))
        using (new CommandRecorder(Device, "counted"))
            Assert.That(Device.LiveObjects, Is.AtLeast(live + 3));
        Assert.Multiple(() =>
        {
            Assert.That(Device.LiveObjects, Is.EqualTo(live));
            Assert.That(Device.ObjectsCreated, Is.AtLeast(created + 3));
        });
    }

    [Test]
    public void Once_lost_stays_lost_and_can_be_disposed_of()
    {
        GpuDevice device = GpuDevice.Create(TestDevice.Options);
        GpuBuffer buffer = device.CreateBuffer("buffer", 64, GpuBufferUse.Tensors);
        StagingRing staging = device.Staging;
        CommandRecorder commands = new(device, "commands");
        commands.Begin(isReusable: true);
        commands.End();
        ulong submitted = device.Submission.Submit(commands);
        device.Submission.Wait(submitted);

        Action lose = () => device.Check(Result.ErrorDeviceLost, "vkQueueSubmit", "submissions");
        Assert.That(lose, Throws.TypeOf<GpuDeviceLostException>().With.Message.StartsWith(
            $"\"{device.Info.Name}\" was lost (seen in vkQueueSubmit for \"submissions\")"));
        Assert.Multiple(() =>
        {
            Assert.That(device.IsLost);
            IsRefused(() => device.Submission.Submit(commands));
            IsRefused(() => device.Submission.Wait(submitted));
            IsRefused(() => device.Submission.IsComplete(submitted));
            IsRefused(() => commands.Begin());
            IsRefused(() => device.CreateBuffer("more", 64, GpuBufferUse.Tensors));
            IsRefused(() => staging.Upload([1], buffer));
            IsRefused(() => staging.Read(buffer, 0, new byte[1]));
            IsRefused(() => _ = device.Staging);
            IsRefused(() => _ = new CommandRecorder(device, "more"));
        });

        commands.Dispose();
        buffer.Dispose();
        Assert.That(device.Dispose, Throws.Nothing);

        static void IsRefused(Action call) => Assert.That(call, Throws.TypeOf<GpuDeviceLostException>());
    }

    [Test]
    public void Errors_carry_the_call_the_object_and_the_result()
    {
        GpuException error = Assert.Throws<GpuException>(
            () => Device.Check(Result.ErrorTooManyObjects, "vkAllocateMemory", "arena"))!;
        Assert.Multiple(() =>
        {
            Assert.That((error.Call, error.Subject, error.ResultCode), Is.EqualTo(("vkAllocateMemory", "arena", -10)));
            Assert.That(error.Message, Is.EqualTo(
                $"vkAllocateMemory for \"arena\" on \"{Device.Info.Name}\" gave VK_ERROR_TOO_MANY_OBJECTS: " +
                "too many objects or allocations of this kind are alive."));
        });
    }

    [Test, Platform("Linux", Reason = "The loader's environment is set through libc.")]
    public void Says_what_to_install_where_no_driver_works()
    {
        string message = WithEnvironment("VK_DRIVER_FILES", "/nonexistent/icd.json", () => RefusalOf(new GpuOptions()));
        Assert.That(
            message,
            Does.Match("^(The Vulkan loader found no driver that works|No Vulkan device was found)\\. Install a driver: "));
        Assert.That(message, Does.Contain("mesa-vulkan-drivers"));
    }

    [Test, Platform("Linux", Reason = "The loader's environment is set through libc.")]
    public void Says_what_to_install_where_the_validation_layer_is_missing()
    {
        string message = WithEnvironment("VK_LAYER_PATH", "/nonexistent", () => RefusalOf(new GpuOptions { Validation = true }));
        Assert.That(message, Does.Contain("VK_LAYER_KHRONOS_validation is not installed").And.Contain("vulkan-validationlayers"));
    }

    private static string RefusalOf(GpuOptions options) => Assert.Throws<GpuException>(() => GpuDevice.Create(options))!.Message;

    private static void RequireValidation()
    {
        if (!TestDevice.Options.Validation)
            Assert.Ignore("RESNET_VALIDATION=0: the validation layer is off.");
    }

    /// <summary>A buffer of no bytes: one rule broken, and drivers bear it.</summary>
    private static void Provoke(GpuDevice device)
    {
        BufferCreateInfo create = new()
        {
            SType = StructureType.BufferCreateInfo,
            Size = 0,
            Usage = BufferUsageFlags.StorageBufferBit,
        };
        if (device.Api.CreateBuffer(device.Handle, in create, null, out Buffer buffer) == Result.Success)
            device.Api.DestroyBuffer(device.Handle, buffer, null);
    }

    /// <summary>.NET's own environment is a copy that native code does not see.</summary>
    private static T WithEnvironment<T>(string name, string value, Func<T> action)
    {
        string? before = Environment.GetEnvironmentVariable(name);
        SetNative(name, value, 1);
        try
        {
            return action();
        }
        finally
        {
            if (before is null)
                UnsetNative(name);
            else
                SetNative(name, before, 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetNative(string name);
}
