using NUnit.Framework;
using ResNetVulkan.Kernels;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Kernels;

[TestFixture]
public sealed class KernelSignatureTests
{
    private readonly record struct Push(uint Count, int Base, float Slope);

    /// <summary>Everything that a kernel may declare at once.</summary>
    private const string Everything = """
        #version 460
        #extension GL_EXT_shader_16bit_storage : require
        #extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
        #extension GL_KHR_shader_subgroup_quad : require
        #include "tensor.glsl"
        layout(local_size_x_id = 0, local_size_y = 2) in;
        layout(constant_id = 4) const int SHIFT = -2;
        layout(constant_id = 1) const uint LANES = 4;
        layout(constant_id = 2) const float SCALE = 0.5;
        layout(constant_id = 3) const bool RELU = true;
        struct Step { float rate; uint number; };
        TENSOR(0, readonly, float16_t, x)
        TEXELS(1, weight)
        TENSOR(2, writeonly, float, y)
        TENSOR(3, , uint64_t, packed)
        TENSOR(4, readonly restrict, vec4, wide)
        TENSOR(5, readonly, Step, inputs)
        TENSOR(6, readonly, uvec2, unused)
        layout(push_constant) uniform Push {
            ADDRESS(x) ADDRESS(y) ADDRESS(packed) ADDRESS(wide) ADDRESS(inputs) ADDRESS(unused)
            uint count; int base; float slope;
        };
        void main() {
            uint i = gl_GlobalInvocationID.x;
            float a = subgroupQuadBroadcast(float(x.at[i]), 0) * slope + texelFetch(weight, int(i) + base).x + inputs.at[0].rate;
            if (RELU && i < count) y.at[i] = a + wide.at[i].y * SCALE;
            packed.at[i] += uint64_t(LANES) + uint64_t(SHIFT);
        }
        """;

    private static readonly Kernel Kernel = new Kernel<Push>("ops/everything.comp", "", "x", "weight", "y", "packed", "wide",
        "inputs", "unused");

    private static readonly Lazy<Dictionary<ShaderForm, uint[]>> Modules = new(() =>
    {
        using ShaderFolder folder = new();
        folder.Write("ops/everything.comp", Everything);
        using ShaderLibrary library = folder.Library();
        return Enum.GetValues<ShaderForm>().ToDictionary(form => form, form => library.Module(Kernel, form).ToArray());
    });

    [OneTimeSetUp]
    public void Needs_a_compiler() => ShaderFolder.RequireCompiler();

    [Test]
    public void Tensors_are_read_in_slot_order_with_access_and_type([Values] ShaderForm form)
    {
        TensorKind kind = form == ShaderForm.Addresses ? TensorKind.Address : TensorKind.StorageBuffer;
        Assert.That(Read(form).Tensors, Is.EqualTo(new TensorParameter[]
        {
            new("x", 0, kind, TensorAccess.Read, ShaderType.F16, 2),
            new("weight", 1, TensorKind.TexelBuffer, TensorAccess.Read, new(ScalarKind.F, 32, 4), 0),
            new("y", 2, kind, TensorAccess.Write, ShaderType.F32, 4),
            new("packed", 3, kind, TensorAccess.ReadWrite, new(ScalarKind.U, 64), 8),
            new("wide", 4, kind, TensorAccess.Read, new(ScalarKind.F, 32, 4), 16),
            new("inputs", 5, kind, TensorAccess.Read, new(ScalarKind.Structure, 0), 8),
            new("unused", 6, kind, TensorAccess.Read, new(ScalarKind.U, 32, 2), 8),
        }));
    }

    [Test]
    public void Push_constants_stand_at_the_same_offsets_in_both_forms([Values] ShaderForm form)
    {
        KernelSignature signature = Read(form);
        Assert.Multiple(() =>
        {
            Assert.That(signature.Push, Is.EqualTo(new PushParameter[]
            {
                new("count", ShaderType.U32, 0), new("base", ShaderType.S32, 4), new("slope", ShaderType.F32, 8),
            }));
            Assert.That(signature.PushBytes, Is.EqualTo(12));
            Assert.That(signature.AddressBytes, Is.EqualTo(form == ShaderForm.Addresses ? 6 * 8 : 0));
        });
    }

    [Test]
    public void Constants_come_in_order_of_id_with_their_defaults([Values] ShaderForm form) =>
        Assert.That(Read(form).Constants, Is.EqualTo(new ConstantParameter[]
        {
            new(0, "", ShaderType.U32, 1),
            new(1, "LANES", ShaderType.U32, 4),
            new(2, "SCALE", ShaderType.F32, BitConverter.SingleToUInt32Bits(0.5f)),
            new(3, "RELU", new(ScalarKind.Bool, 0), 1),
            new(4, "SHIFT", ShaderType.S32, unchecked((uint)-2)),
        }));

    [Test]
    public void Local_size_says_which_constant_drives_it([Values] ShaderForm form) =>
        Assert.That(Read(form).LocalSize, Is.EqualTo(new LocalExtent[] { new(1, 0), new(2, null), new(1, null) }));

    [Test]
    public void Capabilities_say_what_the_device_must_offer([Values] ShaderForm form) =>
        Assert.That(Read(form).Capabilities,
            Is.EquivalentTo(new[] { "Shader", "Int64", "SampledBuffer", "GroupNonUniform", "GroupNonUniformQuad",
                "StorageBuffer16BitAccess" }
            .Concat(form == ShaderForm.Addresses ? ["PhysicalStorageBufferAddresses"] : Array.Empty<string>())));

    [Test]
    public void A_fixed_local_size_is_read_without_a_constant()
    {
        KernelSignature signature = Compile(
            "layout(local_size_x = 32, local_size_z = 3) in; TENSOR(0, , float, x) void main() { x.at[0] = 1; }");
        Assert.That(signature.LocalSize, Is.EqualTo(new LocalExtent[] { new(32, null), new(1, null), new(3, null) }));
    }

    [TestCase("TENSOR(0, , float, x) TENSOR(2, , float, y) void main() { x.at[0] = y.at[0]; }", "slot 2 of 'y' leaves a gap")]
    [TestCase("TENSOR(0, , float, x) TENSOR(0, , float, y) void main() { x.at[0] = y.at[0]; }", "share slot 0")]
    [TestCase("layout(set = 0, binding = 0) buffer B { uint n; float at[]; } x; void main() { x.at[0] = 1; }",
        "'x' is not declared by TENSOR")]
    [TestCase("layout(set = 0, binding = 0) uniform sampler2D x; void main() { vec4 t = texelFetch(x, ivec2(0), 0); }",
        "'x' is not declared by TEXELS")]
    [TestCase("layout(push_constant) uniform Push { uvec2 pair; }; void main() { }",
        "'pair' is U32x2; only 32-bit scalars may be pushed")]
    [TestCase("layout(constant_id = 0) const float F = 1; void main() { }", "constant_id 0 is declared twice")]
    [TestCase("layout(constant_id = 1) const double D = 1; void main() { }",
        "'D' is F64; only bool and 32-bit scalars may be specialized")]
    public void What_breaks_the_conventions_is_said(string body, string sentence) =>
        Assert.That(() =>
            Compile("layout(local_size_x_id = 0) in;\n" + body),
                Throws.TypeOf<ShaderException>().With.Message.Contains(sentence));

    [TestCase("uint")]
    [TestCase("int")]
    public void The_local_size_may_have_a_name(string type)
    {
        KernelSignature signature = Compile($$"""
            layout(local_size_x_id = 0) in;
            layout(constant_id = 0) const {{type}} LANES = 64;
            shared uint all[LANES];
            TENSOR(0, , uint, x)
            void main() { all[gl_LocalInvocationID.x] = 1; x.at[0] = all[0]; }
            """);
        Assert.Multiple(() =>
        {
            Assert.That(signature.Constants,
                Is.EqualTo(new ConstantParameter[] { new(0, "LANES", type == "int" ? ShaderType.S32 : ShaderType.U32, 64) }));
            Assert.That(signature.LocalSize[0].ConstantId, Is.Zero);
        });
    }

    [Test]
    public void An_address_after_the_other_push_constants_is_refused()
    {
        const string Body =
            "TENSOR(0, , float, x) layout(push_constant) uniform Push { uint n; uint m; ADDRESS(x) }; " +
            "void main() { x.at[n] = 1; }";
        Assert.That(() => Compile("layout(local_size_x_id = 0) in;\n" + Body, ShaderForm.Addresses),
            Throws.TypeOf<ShaderException>().With.Message.Contains("ADDRESS(x) must stand before"));
    }

    [Test]
    public void Damaged_modules_give_only_the_typed_exception([Values] ShaderForm form)
    {
        uint[] sound = Modules.Value[form];
        Random random = new(20 + (int)form);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            uint[] damaged = Damage(sound, random);
            try
            {
                KernelSignature.Read(damaged);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        TestContext.Out.WriteLine(
            $"{refused} of 2000 refused; the others were damaged behind the declarations or stayed plausible");
        Assert.That(refused, Is.GreaterThan(200));
    }

    [Test]
    public void A_module_cut_off_anywhere_before_its_code_is_refused()
    {
        uint[] sound = Modules.Value[ShaderForm.Buffers];
        int code = Array.FindIndex(sound, word => word == (5u << 16 | 54));     // OpFunction, five words
        for (int length = 0; length <= code; length++)
            Assert.That(() =>
                KernelSignature.Read(sound.AsSpan(0, length)), Throws.TypeOf<InvalidDataException>(), $"{length} words");
    }

    private static uint[] Damage(uint[] sound, Random random)
    {
        uint[] damaged = [.. sound];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(damaged.Length);
            damaged[at] = random.Next(5) switch
            {
                0 => damaged[at] ^ 1u << random.Next(32),
                1 => (uint)random.NextInt64(1L << 32),
                2 => uint.MaxValue,
                3 => damaged[random.Next(damaged.Length)],
                _ => (uint)random.Next(64),
            };
        }
        return random.Next(10) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }

    private static KernelSignature Read(ShaderForm form) => KernelSignature.Read(Modules.Value[form]);

    private static KernelSignature Compile(string body, ShaderForm form = ShaderForm.Buffers)
    {
        using ShaderFolder folder = new();
        folder.Write("ops/case.comp", "#version 460\n#include \"tensor.glsl\"\n" + body);
        using ShaderLibrary library = folder.Library();
        return library.Signature(new Kernel<Push>("ops/case.comp", ""), form);
    }
}
