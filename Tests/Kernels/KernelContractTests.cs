using NUnit.Framework;
using ResNetVulkan.Demo;
using ResNetVulkan.Kernels;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Kernels;

/// <summary>
/// GLSL declares, C# names, the SPIR-V proves that they agree. No device: shaderc and the reader run on the CPU.
/// </summary>
[TestFixture]
public sealed class KernelContractTests
{
    private readonly ShaderLibrary _library = new(new ShaderSource(), [Session.CompiledShaders], null);

    private readonly record struct GoodPush(uint Count, int Shift, float Slope);

    private readonly record struct Swapped(int Shift, uint Count, float Slope);

    private readonly record struct OtherType(uint Count, uint Shift, float Slope);

    private readonly record struct Shorter(uint Count, int Shift);

    private static class Nested
    {
        internal static readonly Kernel<GoodPush>[] Several = [new("ops/a.comp", "A", "x"), new("ops/a.comp", "B", "x")];
        internal static readonly Dictionary<string, Kernel<GoodPush>> Table = new() { ["c"] = new("ops/a.comp", "C", "x") };
    }

    private const string Shader = """
        #version 460
        #include "tensor.glsl"
        #include "flat.glsl"
        TENSOR(0, readonly, float, dy)
        TENSOR(1, readonly, float, y)
        TENSOR(2, writeonly, float, dx)
        layout(push_constant) uniform Push { ADDRESS(dy) ADDRESS(y) ADDRESS(dx) uint count; int shift; float slope; };
        void main() { FOR_EACH(i, count) dx.at[i] = slope * dy.at[i] + y.at[i] + float(shift); }
        """;

    private static IEnumerable<TestCaseData> Kernels()
    {
        foreach (Kernel kernel in AllKernels.OfLibraries.DistinctBy(kernel =>
            (kernel.Name, kernel.File, kernel.PushType, string.Join(',', kernel.Tensors))))
        {
            foreach (ShaderForm form in Enum.GetValues<ShaderForm>())
                yield return new TestCaseData(kernel, form).SetArgDisplayNames(kernel.Name, form.ToString());
        }
    }

    [OneTimeTearDown]
    public void DisposeLibrary() => _library.Dispose();

    [TestCaseSource(nameof(Kernels))]
    public void Declaration_agrees_with_the_compiled_shader(Kernel kernel, ShaderForm form)
    {
        IReadOnlyList<string> sentences = KernelContract.Disagreements(kernel, _library.Signature(kernel, form));
        Assert.That(sentences, Is.Empty, () => KernelContract.Report(kernel, form, sentences));
    }

    [TestCaseSource(nameof(Kernels))]
    public void Both_forms_declare_the_same(Kernel kernel, ShaderForm form)
    {
        KernelSignature one = _library.Signature(kernel, form);
        KernelSignature other = _library.Signature(kernel, ShaderForm.Buffers);
        Assert.Multiple(() =>
        {
            Assert.That(one.Tensors.Select(AnyKind), Is.EqualTo(other.Tensors.Select(AnyKind)));
            Assert.That(one.Push, Is.EqualTo(other.Push));
            Assert.That(one.Constants, Is.EqualTo(other.Constants));
            Assert.That(one.LocalSize, Is.EqualTo(other.LocalSize));
        });
    }

    private static TensorParameter AnyKind(TensorParameter tensor) =>
        tensor.Kind is TensorKind.Address ? tensor with { Kind = TensorKind.StorageBuffer } : tensor;

    [Test]
    public void Agreement_is_silence([Values] ShaderForm form) =>
        Assert.That(DisagreementsOf(new Kernel<GoodPush>("ops/prelu.comp", "BACKWARD", "dy", "y", "dx"), form), Is.Empty);

    [Test]
    public void Tensors_in_another_order_are_found([Values] ShaderForm form) =>
        Assert.That(DisagreementsOf(new Kernel<GoodPush>("ops/prelu.comp", "BACKWARD", "y", "dy", "dx"), form),
            Is.EqualTo(new[] { "buffers: GLSL declares (dy, y, dx), C# binds (y, dy, dx)" }));

    [Test]
    public void Push_constants_in_another_order_are_found([Values] ShaderForm form) =>
        Assert.That(DisagreementsOf(new Kernel<Swapped>("ops/prelu.comp", "BACKWARD", "dy", "y", "dx"), form), Is.EqualTo(new[]
        {
            "push constants: GLSL has U32 count at byte 0, Swapped has S32 shift at byte 0",
            "push constants: GLSL has S32 shift at byte 4, Swapped has U32 count at byte 4",
        }));

    [Test]
    public void Push_constants_of_another_type_are_found([Values] ShaderForm form) =>
        Assert.That(DisagreementsOf(new Kernel<OtherType>("ops/prelu.comp", "BACKWARD", "dy", "y", "dx"), form),
            Is.EqualTo(new[] { "push constants: GLSL has S32 shift at byte 4, OtherType has U32 shift at byte 4" }));

    [Test]
    public void Push_constants_that_C_sharp_lacks_are_found_without_reflection([Values] ShaderForm form) =>
        Assert.That(DisagreementsOf(new Kernel<Shorter>("ops/prelu.comp", "BACKWARD", "dy", "y", "dx"), form), Is.EqualTo(new[]
        {
            "push constants: GLSL has 12 bytes, Shorter has 8",
            "push constants: GLSL has F32 slope at byte 8, Shorter has nothing",
        }));

    [Test]
    public void A_local_size_that_is_no_constant_is_found()
    {
        using ShaderFolder folder = new();
        folder.Write("ops/fixed.comp", """
            #version 460
            #include "tensor.glsl"
            layout(local_size_x = 64) in;
            TENSOR(0, , float, x)
            layout(push_constant) uniform Push { ADDRESS(x) uint count; int shift; float slope; };
            void main() { x.at[gl_GlobalInvocationID.x] += slope; }
            """);
        using ShaderLibrary library = folder.Library();
        Kernel kernel = new Kernel<GoodPush>("ops/fixed.comp", "", "x");
        Assert.That(kernel.Disagreements(library.Signature(kernel, ShaderForm.Buffers)),
            Is.EqualTo(new[] { "local size: x is not constant 0 in GLSL (layout(local_size_x_id = 0) in)" }));
    }

    [Test]
    public void Kernels_are_found_in_private_nested_types_arrays_and_tables() =>
        Assert.That(AllKernels.Of(typeof(KernelContractTests).Assembly).Select(kernel => kernel.Name),
            Is.SupersetOf(new[] { "a [A]", "a [B]", "a [C]" }));

    private static IReadOnlyList<string> DisagreementsOf(Kernel kernel, ShaderForm form)
    {
        using ShaderFolder folder = new();
        folder.Write("ops/prelu.comp", Shader);
        using ShaderLibrary library = folder.Library();
        return KernelContract.Disagreements(kernel, library.Signature(kernel, form));
    }
}
