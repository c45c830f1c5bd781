using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Kernels;

[TestFixture, Category("Device")]
public sealed class PipelinesTests
{
    private const int Count = 1001;

    private readonly record struct Push(uint Count, float Slope);

    /// <summary>A read tensor, a texel buffer, a written one, and a constant beside the local size.</summary>
    private const string Shader = """
        #version 460
        #include "tensor.glsl"
        #include "flat.glsl"
        #ifdef DOUBLES
        layout(constant_id = 1) const uint STEP = 1;
        TENSOR(0, , double, x)
        layout(push_constant) uniform Push { ADDRESS(x) uint count; float slope; };
        void main() { x.at[0] += 1.0; }
        #else
        layout(constant_id = 1) const uint STEP = 1;
        TENSOR(0, readonly, float, x)
        TEXELS(1, weight)
        TENSOR(2, writeonly, float, y)
        layout(push_constant) uniform Push { ADDRESS(x) ADDRESS(y) uint count; float slope; };
        void main() {
            uint i = gl_GlobalInvocationID.x;
            if (i < count) y.at[i] = x.at[i] * slope + texelFetch(weight, int(i / 4u))[i % 4u] + float(STEP);
        }
        #endif
        """;

    private static readonly Kernel Scale = new Kernel<Push>("ops/scale.comp", "", "x", "weight", "y");

    private readonly MessageLog _log = new();
    private ShaderFolder _folder = null!;
    private ShaderLibrary _library = null!;

    [OneTimeSetUp]
    public void Needs_a_compiler() => ShaderFolder.RequireCompiler();

    [SetUp]
    public void WriteKernel()
    {
        _folder = new();
        _folder.Write("ops/scale.comp", Shader);
        _library = _folder.Library(Path.Combine(_folder.Path, "shaders"));
    }

    [TearDown]
    public void DeleteFolder()
    {
        _library.Dispose();
        _folder.Dispose();
        Assert.That(_log.TakeComplaints(), Is.Empty, "the validation layer complained, or something leaked");
    }

    [Test]
    public void Both_forms_give_the_same_bits_and_the_right_ones()
    {
        // exact in float32, however it is rounded
        float[] expected = [.. Enumerable.Range(0, Count).Select(i => 2.5f * i + (i % 7) + 3)];
        foreach (bool addresses in (bool[])[false, true])
        {
            using GpuDevice device = Open(addresses);
            using Pipelines pipelines = new(device, _library, null);
            Pipeline pipeline = pipelines.Get(Scale, 64, 3);
            TensorKind kind = addresses && device.Traits.HasAddresses ? TensorKind.Address : TensorKind.StorageBuffer;
            Assert.That(pipeline.Signature.Tensors.Select(tensor => tensor.Kind),
                Is.EqualTo(new[] { kind, TensorKind.TexelBuffer, kind }));
            Assert.That(Run(device, pipeline, 0, (Count + 63) / 64), Is.EqualTo(expected));
        }
    }

    [Test]
    public void A_changed_shader_runs_from_the_next_plan_on()
    {
        using GpuDevice device = Open(addresses: true);
        using Pipelines pipelines = new(device, _library, null);
        Pipeline before = pipelines.Get(Scale, 64, 3);
        Assert.That(pipelines.Refresh(), Is.False);

        _folder.Write("ops/scale.comp", Shader.Replace("+ float(STEP)", "- float(STEP)", StringComparison.Ordinal));
        Assert.That(pipelines.Refresh(), Is.True);
        Pipeline after = pipelines.Get(Scale, 64, 3);

        float[] first = Run(device, before, 0, (Count + 63) / 64), second = Run(device, after, 0, (Count + 63) / 64);
        Assert.That(first.Zip(second, (old, now) => old - now), Is.All.EqualTo(6));
    }

    [Test]
    public void A_dispatch_may_begin_at_any_group([Values] bool addresses)
    {
        using GpuDevice device = Open(addresses);
        using Pipelines pipelines = new(device, _library, null);
        float[] y = Run(device, pipelines.Get(Scale, 64, 3), 2, 1);
        Assert.Multiple(() =>
        {
            Assert.That(y[..128], Is.All.EqualTo(-1f));
            Assert.That(y[128..192], Is.EqualTo(Enumerable.Range(128, 64).Select(i => 2.5f * i + (i % 7) + 3)));
            Assert.That(y[192..], Is.All.EqualTo(-1f));
        });
    }

    [Test]
    public void The_same_kernel_and_constants_are_one_pipeline()
    {
        using GpuDevice device = Open();
        using Pipelines pipelines = new(device, _library, null);
        Pipeline one = pipelines.Get(Scale, 64, 3);
        Assert.Multiple(() =>
        {
            Assert.That(pipelines.Get(new Kernel<Push>("ops/scale.comp", "", "x", "weight", "y"), 64, 3), Is.SameAs(one));
            Assert.That(pipelines.Get(Scale, 64, 4), Is.Not.SameAs(one));
            Assert.That(pipelines.Get(Scale, 32, 3), Is.Not.SameAs(one));
            Assert.That(pipelines.Get(Scale, 64), Is.Not.SameAs(one));
        });
    }

    [Test]
    public void Building_ahead_makes_each_once_and_leaves_nothing_to_make_nor_behind()
    {
        using GpuDevice device = Open();
        int before = device.LiveObjects;
        using (Pipelines pipelines = new(device, _library, null))
        {
            List<(int, int)> progress = [];
            (Kernel, uint[])[] wanted = [.. Enumerable.Range(0, 24).Select(i => (Scale, new uint[] { 64, (uint)i % 6 }))];
            pipelines.Build(wanted, degree: 4, progress: (done, all) => progress.Add((done, all)));
            Assert.That(progress, Is.EqualTo(Enumerable.Range(1, 6).Select(done => (done, 6))));

            long made = device.ObjectsCreated;
            pipelines.Build(wanted);
            pipelines.Get(Scale, 64, 5);
            Assert.That(device.ObjectsCreated, Is.EqualTo(made));
        }
        Assert.That(device.LiveObjects, Is.EqualTo(before));
    }

    [Test]
    public void A_declaration_that_disagrees_makes_no_pipeline()
    {
        using GpuDevice device = Open();
        using Pipelines pipelines = new(device, _library, null);
        Kernel wrong = new Kernel<Push>("ops/scale.comp", "", "y", "weight", "x");
        Assert.That(() => pipelines.Get(wrong, 64), Throws.InvalidOperationException.With.Message
            .EqualTo("ops/scale.comp [] and its declaration in C# disagree:\n" +
                "  buffers: GLSL declares (x, weight, y), C# binds (y, weight, x)"));
        Assert.That(() => pipelines.Build([(wrong, [64])]), Throws.InvalidOperationException);
    }

    [Test]
    public void A_constant_that_the_shader_lacks_is_refused()
    {
        using GpuDevice device = Open();
        using Pipelines pipelines = new(device, _library, null);
        Assert.That(() =>
            pipelines.Get(Scale, 64, 3, 9),
                Throws.ArgumentException.With.Message.EqualTo("scale: constant 2 is given, GLSL declares only 0, 1."));
    }

    [Test]
    public void What_the_device_was_not_asked_for_is_named()
    {
        using GpuDevice device = Open();
        using Pipelines pipelines = new(device, _library, null);
        Assert.That(() => pipelines.Get(new Kernel<Push>("ops/scale.comp", "DOUBLES", "x"), 64),
            Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("scale [DOUBLES] needs Float64, which "));
    }

    [Test]
    public void The_driver_s_cache_is_kept_and_taken_only_by_the_same_device_and_driver()
    {
        string cache = Path.Combine(_folder.Path, "pipelines");
        using GpuDevice device = Open();
        Assert.That(Start(), Is.Zero);
        string file = Directory.GetFiles(cache).Single();
        byte[] sound = File.ReadAllBytes(file);
        byte[] payload = SealedFile.Read(file, Pipelines.IdentityOf(device.Info), int.MaxValue)!;
        Assert.That(Start(), Is.EqualTo(payload.Length));

        GpuInfo[] others =
        [
            device.Info with { DriverInfo = device.Info.DriverInfo + " (another build)" },
            device.Info with { DriverVersion = device.Info.DriverVersion + 1 },
            device.Info with { DeviceUuid = "00000000-0000-0000-0000-000000000001" },
            device.Info with { VendorId = device.Info.VendorId + 1 },
        ];
        foreach (GpuInfo other in others)
        {
            Assert.That(Pipelines.CacheFileFor(other), Is.Not.EqualTo(Path.GetFileName(file)));
            SealedFile.Write(file, Pipelines.IdentityOf(other), payload);      // as if copied from another machine
            Assert.That(Start(), Is.Zero);
            Assert.That(Start(), Is.GreaterThan(0), "it was not rewritten");
        }

        byte[] damaged = [.. sound];
        damaged[^1] ^= 1;
        File.WriteAllBytes(file, damaged);
        Assert.That(Start(), Is.Zero);

        int Start()
        {
            using Pipelines pipelines = new(device, _library, cache);
            pipelines.Get(Scale, 64, 3);
            return pipelines.ReadBytesFromCache;
        }
    }

    [Test]
    public void A_tensor_longer_than_a_binding_may_be_is_named()
    {
        using GpuDevice device = Open(addresses: false);
        using Pipelines pipelines = new(device, _library, null);
        using GpuBuffer buffer = device.CreateBuffer("weights", 4096, GpuBufferUse.Tensors);
        using BindingSets sets = new(device);
        TensorBinding fits = new(buffer, 0, 4096, 4), tooLong = fits with { Range = device.Traits.MaxStorageRange + 1 };
        TensorBinding tooManyTexels = fits with { Range = 16 * ((ulong)device.Traits.MaxTexelElements + 1) };
        Pipeline pipeline = pipelines.Get(Scale, 64);
        Assert.Multiple(() =>
        {
            Assert.That(() =>
                sets.Create(pipeline, [tooLong, fits, fits]),
                    Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("Tensor 'x' in \"weights\" has "));
            Assert.That(() =>
                sets.Create(pipeline, [fits, tooManyTexels, fits]),
                    Throws.TypeOf<NotSupportedException>().With.Message.Contains("texels"));
            Assert.That(() => sets.Create(pipeline, [fits]), Throws.ArgumentException);
        });
    }

    [Test]
    public void Sets_of_a_large_plan_take_as_many_pools_as_they_need_and_give_all_back()
    {
        using GpuDevice device = Open(addresses: false);
        using Pipelines pipelines = new(device, _library, null);
        using GpuBuffer buffer = device.CreateBuffer("tensors", 4096, GpuBufferUse.Tensors);
        Pipeline pipeline = pipelines.Get(Scale, 64);
        int before = device.LiveObjects;
        using (BindingSets sets = new(device))
        {
            TensorBinding all = new(buffer, 0, 4096, 4);
            for (int i = 0; i < 300; i++) Assert.That(sets.Create(pipeline, [all, all, all]), Is.Not.Null);
        }
        Assert.That(device.LiveObjects, Is.EqualTo(before));
    }

    /// <summary>y after dispatching some groups; -1 where nothing was written.</summary>
    private static float[] Run(GpuDevice device, Pipeline pipeline, uint firstGroup, uint groups)
    {
        using GpuBuffer x = device.CreateBuffer("x", 4 * Count, GpuBufferUse.Tensors);
        using GpuBuffer weight = device.CreateBuffer("weight", 4 * Count, GpuBufferUse.Tensors);
        using GpuBuffer y = device.CreateBuffer("y", 4 * Count, GpuBufferUse.Tensors);
        Upload(x, i => i);
        Upload(weight, i => i % 7);
        Upload(y, _ => -1);

        using BindingSets sets = new(device);
        (GpuBuffer Buffer,
            TensorKind Kind)[] tensors = [.. pipeline.Signature.Tensors.Select(t =>
                (t.Name switch { "x" => x, "y" => y, _ => weight }, t.Kind))];
        ulong[] addresses = [.. tensors.Where(t => t.Kind == TensorKind.Address).Select(t => t.Buffer.Address)];
        TensorBinding[] bindings = [.. tensors.Where(t => t.Kind != TensorKind.Address)
            .Select(t => new TensorBinding(t.Buffer, 0, 4 * Count, 4))];
        BindingSet? set = sets.Create(pipeline, bindings);
        byte[] push = [.. MemoryMarshal.AsBytes(addresses.AsSpan()),
            .. MemoryMarshal.AsBytes<Push>(new[] { new Push(Count, 2.5f) })];

        using CommandRecorder commands = new(device, "test");
        commands.Begin();
        commands.Barrier();
        pipeline.Bind(commands);
        set?.Bind(commands);
        commands.Push(push);
        commands.DispatchBase(firstGroup, 0, 0, groups, 1, 1);
        commands.Barrier();
        commands.End();
        device.Submission.Wait(device.Submission.Submit(commands));

        float[] result = new float[Count];
        device.Staging.Read(y, 0, MemoryMarshal.AsBytes(result.AsSpan()));
        return result;

        void Upload(GpuBuffer target, Func<int, float> value)
        {
            float[] values = [.. Enumerable.Range(0, Count).Select(value)];
            device.Staging.Upload(MemoryMarshal.AsBytes(values.AsSpan()), target);
        }
    }

    private GpuDevice Open(bool addresses = true)
    {
        GpuDevice device = GpuDevice.Create(TestDevice.Options with { DisableAddresses = !addresses });
        device.Message += _log.Add;
        return device;
    }
}
