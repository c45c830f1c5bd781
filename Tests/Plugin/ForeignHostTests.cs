using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Inference;
using ResNetVulkan.Models;
using ResNetVulkan.Plugin;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Plugin;

/// <summary>The plugin on the device of a host that it knows nothing of.</summary>
[TestFixture, Category("Device")]
public sealed class ForeignHostTests
{
    private static readonly Format[] Formats =
    [
        Format.R8G8B8A8Unorm, Format.R8G8B8A8Srgb, Format.B8G8R8A8Unorm, Format.B8G8R8A8Srgb, Format.A2B10G10R10UnormPack32,
        Format.R16G16B16A16Sfloat, Format.B10G11R11UfloatPack32,
    ];

    private static readonly string Weights = Path.Combine(AppContext.BaseDirectory, "assets", "shapes.safetensors");
    private static readonly FrameModel Model = FrameModel.Load(Weights);

    private static readonly PluginOptions Options = new()
    {
        CompiledShaders = [Path.Combine(AppContext.BaseDirectory, "shaders")],
        CacheFolder = TestData.CacheFolder,
        DebugNames = true,
    };

    private static IEnumerable<string> RequiredFeatures =>
        PluginRequirements.All.Where(one => one is { IsRequired: true, Kind: RequirementKind.Feature }).Select(one => one.Name);

    private static IEnumerable<string> OptionalFeatures =>
        PluginRequirements.All.Where(one => one is { IsRequired: false, Kind: RequirementKind.Feature }).Select(one => one.Name);

    [Test]
    public void A_photo_in_every_format_and_usage_and_way_has_the_classifiers_logits()
    {
        using ForeignHost host = new();
        PixelImage picture = Picture(160, 100);
        float[] expected = Expected(picture);
        int top = Array.IndexOf(expected, expected.Max());
        List<string> lacking = [];
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (FrameClassifier classifier = Warm(device))
        using (ForeignCommands commands = new(host))
        {
            foreach (Format format in Formats)
            {
                foreach (ImageAccess access in Enum.GetValues<ImageAccess>())
                {
                    if (!ForeignImage.IsSupported(host, format, access))
                    {
                        lacking.Add($"{format} {access}");
                        continue;
                    }
                    bool needsFormatless = access == ImageAccess.Storage
                        && format is not (Format.R8G8B8A8Unorm or Format.R16G16B16A16Sfloat);
                    if (needsFormatless && !device.Gpu.Has(GpuRequirements.StorageImageReadWithoutFormat))
                    {
                        lacking.Add($"{format} {access}");
                        using ForeignImage refused = new(host, picture, format, access);
                        Assert.That(() => Submit(classifier, refused),
                            Throws.TypeOf<HostException>().With.Message.Contains("shaderStorageImageReadWithoutFormat"));
                        continue;
                    }
                    using ForeignImage image = new(host, picture, format, access, isFlipped: access == ImageAccess.Storage);
                    float[] submitted = Submit(classifier, image), recorded = Record(classifier, image, commands);
                    float[] sliced = Slice(classifier, image);
                    Assert.Multiple(() =>
                    {
                        Assert.That(recorded, Is.EqualTo(submitted), $"{format} {access}: recorded");
                        Assert.That(sliced, Is.EqualTo(submitted), $"{format} {access}: in slices");
                        Assert.That(Array.IndexOf(submitted, submitted.Max()), Is.EqualTo(top), $"{format} {access}");
                        // Eleven bits of light round a byte to another; all other formats hold it.
                        if (format != Format.B10G11R11UfloatPack32)
                            Assert.That(submitted, Is.EqualTo(expected), $"{format} {access}");
                        Assert.That(image.IsUnchanged(), $"{format} {access}: unchanged, in its layout");
                    });
                }
            }
        }
        Ended(host);
        TestContext.Out.WriteLine($"not on this driver: {(lacking.Count == 0 ? "none" : string.Join(", ", lacking))}");
        Assert.That(lacking.Where(one => !one.Contains("Storage", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase((int)ImageLayout.General), TestCase((int)ImageLayout.ShaderReadOnlyOptimal)]
    [TestCase((int)ImageLayout.TransferSrcOptimal), TestCase((int)ImageLayout.TransferDstOptimal)]
    public void An_image_comes_back_in_its_layout(int layout)
    {
        using ForeignHost host = new();
        PixelImage picture = Picture(64, 64);
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (FrameClassifier classifier = Warm(device))
        {
            foreach (ImageAccess access in Enum.GetValues<ImageAccess>())
            {
                // An image that nobody samples cannot be in the layout for that.
                if (layout == (int)ImageLayout.ShaderReadOnlyOptimal && access != ImageAccess.Sampled) continue;
                using ForeignImage image = new(host, picture, Format.R8G8B8A8Unorm, access, (ImageLayout)layout);
                Assert.That(Submit(classifier, image), Is.EqualTo(Expected(picture)), $"{access}");
                Assert.That(image.IsUnchanged(), $"{access}");
            }
        }
        Ended(host);
    }

    [Test]
    public void Frames_cost_no_object_no_byte_and_no_wait()
    {
        using ForeignHost host = new(new ForeignHostOptions { Validation = false });
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (FrameClassifier classifier = Warm(device))
        using (ForeignImage image = new(host, Picture(64, 64), Format.R8G8B8A8Unorm, ImageAccess.Sampled))
        using (ForeignCommands commands = new(host))
        {
            HostImage handed = image.ToHostImage();
            Prediction[] top = new Prediction[5];
            for (int i = 0; i < 20; i++) OneOfEach(classifier, handed, top);        // what is compiled late is compiled
            int creates = host.Creates, waits = host.Count("vkWaitSemaphores"), reads = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 500; i++) reads += OneOfEach(classifier, handed, top);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Multiple(() =>
            {
                Assert.That(reads, Is.EqualTo(1000));
                Assert.That(allocated, Is.Zero, "managed bytes of 1,000 frames");
                Assert.That(host.Creates, Is.EqualTo(creates));
                Assert.That(host.Count("vkWaitSemaphores"), Is.EqualTo(waits));
                Assert.That(host.SubmitsWithoutLock, Is.Zero);
                Assert.That(host.CallsWithoutAllocator, Is.Zero);
                Assert.That(host.Allocations, Is.Positive);
                Assert.That(host.Count("vkDeviceWaitIdle") + host.Count("vkQueueWaitIdle"), Is.Zero);
            });
        }
        Ended(host);
    }

    [TestCaseSource(nameof(RequiredFeatures))]
    public void A_device_without_a_required_feature_is_refused_by_name(string feature)
    {
        using ForeignHost host = new(new ForeignHostOptions { Without = [feature] });
        IReadOnlyList<string> problems = PluginRequirements.Check(host.ToHostDevice());
        HostException error = Assert.Throws<HostException>(() => PluginDevice.Adopt(host.ToHostDevice(), Options))!;
        Assert.Multiple(() =>
        {
            Assert.That(problems, Has.Count.EqualTo(1).And.One.Contains(feature).And.One.Contains("not enabled"));
            Assert.That(error.Problems, Is.EqualTo(problems));
        });
        Ended(host);
    }

    [TestCaseSource(nameof(OptionalFeatures))]
    public void A_device_without_an_optional_feature_does(string feature)
    {
        using ForeignHost host = new(new ForeignHostOptions { Without = [feature] });
        PixelImage picture = Picture(64, 64);
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (FrameClassifier classifier = Warm(device))
        using (ForeignImage image = new(host, picture, Format.R8G8B8A8Unorm, ImageAccess.Storage))
        {
            // Another form of kernel sums in another order.
            float[] expected = Expected(picture), logits = Submit(classifier, image);
            for (int i = 0; i < logits.Length; i++) Assert.That(logits[i], Is.EqualTo(expected[i]).Within(1e-3));
        }
        Ended(host);
    }

    [Test]
    public void A_function_that_the_host_does_not_know_is_named()
    {
        using ForeignHost host = new();
        host.Hide("vkWaitSemaphores");
        host.Hide("vkCmdDispatchBase", alsoKhr: false);
        Assert.That(PluginRequirements.Check(host.ToHostDevice()), Has.Count.EqualTo(1).And.One.Contains("vkWaitSemaphores"));
    }

    [Test]
    public void Every_function_that_is_called_is_asked_for_before()
    {
        using ForeignHost host = new(new ForeignHostOptions { Validation = false });
        PluginRequirements.Check(host.ToHostDevice());
        HashSet<string> asked = [.. host.Names];
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (FrameClassifier classifier = Warm(device))
        using (ForeignImage image = new(host, Picture(64, 64), Format.R8G8B8A8Unorm, ImageAccess.Transfer))
        using (ForeignCommands commands = new(host))
        {
            Submit(classifier, image);
            Record(classifier, image, commands);
            Slice(classifier, image);
        }
        // Those belong to features, and are called only where these are on.
        string[] ofFeatures = ["vkGetBufferDeviceAddress", "vkResetQueryPool"];
        Assert.That(host.Names.Except(asked).Except(ofFeatures).Except(ofFeatures.Select(name => name + "KHR")), Is.Empty);
        Ended(host);
    }

    [Test]
    public void What_is_no_frame_is_refused_with_a_sentence()
    {
        using ForeignHost host = new();
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (FrameClassifier classifier = Warm(device))
        using (ForeignImage image = new(host, Picture(64, 64), Format.R8G8B8A8Unorm, ImageAccess.Sampled))
        {
            HostImage good = image.ToHostImage();
            Refused(good with { Image = 0 }, "Image is 0");
            Refused(good with { View = 0 }, "View is 0");
            Refused(good with { Samples = 4 }, "multisampled");
            Refused(good with { Format = (int)Format.D32Sfloat }, "Format is 126");
            Refused(good with { Layout = 0 }, "Layout is 0");
            Refused(good with { Region = new ImageRegion(1, 0, 64, 64) }, "does not lie within");
            Refused(good with { Width = 5000, Height = 5000 }, "MaxShorterSide");
            Assert.That(Submit(classifier, image), Is.EqualTo(Expected(Picture(64, 64))), "and goes on");

            void Refused(HostImage bad, string because) =>
                Assert.That(() => classifier.Submit(bad), Throws.TypeOf<HostException>().With.Message.Contains(because));
        }
        Ended(host);
    }

    /// <summary>
    /// Every function fails once, at its first call and at a later one, while everything is done that there is to do.
    /// </summary>
    [TestCaseSource(typeof(ForeignHost), nameof(ForeignHost.FunctionsThatFail))]
    public void Without_memory_the_host_is_left_as_it_was(string function)
    {
        using ForeignHost host = new(new ForeignHostOptions { Validation = false });
        PixelImage picture = Picture(64, 64);
        float[] expected = Expected(picture);
        int failed = 0;
        foreach (int after in (int[])[0, 7])
        {
            int before = host.Count(function);
            host.Fail(function, Result.ErrorOutOfDeviceMemory, after);
            try
            {
                Everything(host, picture);
            }
            catch (GpuException error)
            {
                failed++;
                Assert.That(error.Message, Does.Contain("memory").IgnoreCase, "what is wrong");
            }
            if (host.Count(function) == 0) break;       // the plugin does without it
            bool was = host.Count(function) - before > after;
            host.Fail(function, Result.Success, int.MaxValue / 2);
            Assert.That(host.LiveAllocations, Is.Zero, $"after call {after + 1}{(was ? "" : ", which never came")}");
        }
        Assert.That(Everything(host, picture), Is.EqualTo(expected), "and then it works");
        Ended(host);
        TestContext.Out.WriteLine($"{function}: failed {failed} times, {host.Count(function)} calls");
    }

    [TestCase("vkQueueSubmit", 0), TestCase("vkQueueSubmit", 40)]
    [TestCase("vkWaitSemaphores", 0), TestCase("vkWaitSemaphores", 9)]
    [TestCase("vkGetSemaphoreCounterValue", 0), TestCase("vkGetSemaphoreCounterValue", 4), TestCase("vkGetQueryPoolResults", 0)]
    public void A_lost_device_stays_lost_and_a_new_one_goes_on(string function, int after)
    {
        using ForeignHost host = new(new ForeignHostOptions { Validation = false });
        PixelImage picture = Picture(64, 64);
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (ForeignImage image = new(host, picture, Format.R8G8B8A8Unorm, ImageAccess.Sampled))
        {
            FrameClassifier classifier = new(device, Model, new FrameOptions { MaxShorterSide = 128 });
            host.Fail(function, Result.ErrorDeviceLost, after);
            Assert.That(() =>
            {
                classifier.WarmUp();
                for (int i = 0; i < 50; i++)
                {
                    Submit(classifier, image);
                    Slice(classifier, image);
                }
            }, Throws.TypeOf<GpuDeviceLostException>());
            Assert.That(device.IsLost);
            Assert.That(() => classifier.WarmUp(), classifier.IsReady ? Throws.Nothing : Throws.TypeOf<GpuDeviceLostException>());
            if (classifier.IsReady) Assert.That(() => Submit(classifier, image), Throws.TypeOf<GpuDeviceLostException>());
            classifier.Dispose();
            classifier.Dispose();
        }
        Assert.That(host.LiveAllocations, Is.Zero);

        // The host's device comes back; the weights were kept by the model.
        host.Heal();
        Assert.That(Everything(host, picture), Is.EqualTo(Expected(picture)));
        Ended(host);
    }

    /// <summary>The second classifier gets the memory of the first, in which the first's frame was marked as done.</summary>
    [Test]
    public void A_recorded_frame_is_pending_until_it_ran()
    {
        using ForeignHost host = new();
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        using (ForeignImage image = new(host, Picture(64, 64), Format.R8G8B8A8Unorm, ImageAccess.Sampled))
        using (ForeignCommands commands = new(host))
        using (Warm(device))        // keeps the block of memory, which would come back from the driver empty
        {
            for (int life = 0; life < 2; life++)
            {
                using FrameClassifier classifier = Warm(device);
                float[] logits = new float[10];
                FrameTicket ticket = default;
                commands.Run(buffer =>
                {
                    ticket = classifier.Record(buffer.Handle, image.ToHostImage());
                    Assert.That(classifier.TryReadLogits(ticket, logits), Is.EqualTo(FrameStatus.Pending), $"life {life}");
                });
                Assert.That(Wait(classifier, ticket), Is.EqualTo(Expected(Picture(64, 64))));
            }
        }
        Ended(host);
    }

    [Test]
    public void Two_classifiers_on_two_threads_and_a_hundred_lives()
    {
        using ForeignHost host = new(new ForeignHostOptions { Validation = false });
        PixelImage picture = Picture(64, 64);
        float[] expected = Expected(picture);
        using (PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options))
        {
            Parallel.For(0, 2, _ =>
            {
                using FrameClassifier classifier = Warm(device);
                using ForeignImage image = new(host, picture, Format.R8G8B8A8Unorm, ImageAccess.Sampled);
                for (int i = 0; i < 50; i++) Assert.That(Submit(classifier, image), Is.EqualTo(expected));
            });
            long live = host.LiveAllocations;
            for (int i = 0; i < 100; i++)
            {
                // The image outlives the slice that reads it: the classifier waits for that when it goes.
                using ForeignImage image = new(host, picture, Format.R8G8B8A8Unorm, ImageAccess.Sampled);
                using FrameClassifier classifier = Warm(device);
                classifier.Begin(image.ToHostImage());
                classifier.SubmitSlice(TimeSpan.FromMicroseconds(100));     // destroyed in the middle of a frame
                if (i == 9) live = host.LiveAllocations;
            }
            Assert.That(host.LiveAllocations, Is.LessThanOrEqualTo(live));
        }
        Assert.That(host.SubmitsWithoutLock, Is.Zero);
        Ended(host);
    }

    private static float[] Everything(ForeignHost host, PixelImage picture)
    {
        using PluginDevice device = PluginDevice.Adopt(host.ToHostDevice(), Options);
        using FrameClassifier classifier = Warm(device);
        using ForeignImage image = new(host, picture, Format.R8G8B8A8Unorm, ImageAccess.Sampled);
        for (int i = 0; i < 4; i++) Submit(classifier, image);
        return Slice(classifier, image);
    }

    private static FrameClassifier Warm(PluginDevice device)
    {
        FrameClassifier classifier = new(device, Model, new FrameOptions { MaxShorterSide = 128 });
        try
        {
            classifier.WarmUp();
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    // Two frames: one submitted, one in slices.
    private static int OneOfEach(FrameClassifier classifier, in HostImage image, Prediction[] top)
    {
        int reads = 0;
        FrameTicket ticket = classifier.Submit(image);
        while (classifier.TryRead(ticket, top, out _) == FrameStatus.Pending) Thread.Yield();
        if (ticket.IsTaken) reads++;
        ticket = classifier.Begin(image);
        while (classifier.SubmitSlice(TimeSpan.FromMilliseconds(1)) is SliceStatus.Submitted or SliceStatus.Busy) Thread.Yield();
        while (classifier.TryRead(ticket, top, out _) == FrameStatus.Pending) Thread.Yield();
        return ticket.IsTaken ? reads + 1 : reads;
    }

    private static float[] Submit(FrameClassifier classifier, ForeignImage image) =>
        Wait(classifier, classifier.Submit(image.ToHostImage()));

    private static float[] Record(FrameClassifier classifier, ForeignImage image, ForeignCommands commands)
    {
        FrameTicket ticket = default;
        commands.Run(buffer => ticket = classifier.Record(buffer.Handle, image.ToHostImage()));
        return Wait(classifier, ticket);
    }

    private static float[] Slice(FrameClassifier classifier, ForeignImage image)
    {
        FrameTicket ticket = classifier.Begin(image.ToHostImage());
        TimeSpan budget = TimeSpan.FromMicroseconds(200);
        while (classifier.SubmitSlice(budget) is SliceStatus.Submitted or SliceStatus.Busy) Thread.Yield();
        return Wait(classifier, ticket);
    }

    private static float[] Wait(FrameClassifier classifier, FrameTicket ticket)
    {
        float[] logits = new float[10];
        FrameStatus status;
        while ((status = classifier.TryReadLogits(ticket, logits)) == FrameStatus.Pending) Thread.Yield();
        Assert.That(status, Is.EqualTo(FrameStatus.Ready));
        return logits;
    }

    /// <summary>Everything was given back, and the validation layer had nothing to say, the device's end included.</summary>
    private static void Ended(ForeignHost host)
    {
        Assert.Multiple(() =>
        {
            Assert.That(host.LiveAllocations, Is.Zero, "allocations through the host's callbacks");
            host.Dispose();
            Assert.That(host.TakeComplaints(), Is.Empty, "the validation layer complained");
        });
    }

    private static PixelImage Picture(int width, int height)
    {
        PixelImage shape = new Shapes(seed: 5, count: 10).Read(3);
        byte[] rgb = new byte[3 * width * height];
        int side = Math.Min(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int sx = Math.Clamp((x - (width - side) / 2) * shape.Width / side, 0, shape.Width - 1);
                int sy = Math.Clamp((y - (height - side) / 2) * shape.Height / side, 0, shape.Height - 1);
                shape.Pixels.AsSpan(3 * (sy * shape.Width + sx), 3).CopyTo(rgb.AsSpan(3 * (y * width + x)));
            }
        }
        return new PixelImage(width, height, rgb);
    }

    private static float[] Expected(PixelImage picture)
    {
        using WeightFile weights = WeightFile.Open(Weights);
        using Classifier classifier = new(
            TestPipelines.Shared, ModelCard.Of(weights.Metadata, NetworkName.Find("resnet18")!), weights);
        return classifier.Logits([picture]);
    }
}
