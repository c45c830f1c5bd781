using NUnit.Framework;
using ResNetVulkan.Kernels;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Kernels;

[TestFixture]
public sealed class ShaderSourceTests
{
    private const string Body = "layout(local_size_x_id = 0) in;\nvoid main() { }\n";

    private readonly record struct NoPush(uint Count);

    private ShaderFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void An_error_in_the_kernel_names_its_file_and_line()
    {
        ShaderFolder.RequireCompiler();
        _folder.Write("ops/wrong.comp",
            $"#version 460\n#include \"tensor.glsl\"\n#include \"flat.glsl\"\nvoid main() {{\n  float x = zork;\n}}\n");
        ShaderException error = Fails("ops/wrong.comp");
        Assert.Multiple(() =>
        {
            Assert.That((error.File, error.Line), Is.EqualTo(("ops/wrong.comp", 5)));
            Assert.That(error.Text, Does.Contain("'zork' : undeclared identifier"));
            Assert.That(error.Message, Does.StartWith("ops/wrong.comp:5: "));
        });
    }

    [Test]
    public void An_error_in_an_include_names_the_include_and_its_line()
    {
        ShaderFolder.RequireCompiler();
        _folder.Write("include/sum.glsl", "// sums\n\nfloat sum() { return zork; }\n");
        _folder.Write("ops/innocent.comp", $"#version 460\n#include \"sum.glsl\"\n{Body}");
        ShaderException error = Fails("ops/innocent.comp");
        Assert.That((error.File, error.Line), Is.EqualTo(("include/sum.glsl", 3)));
    }

    [Test]
    public void The_line_after_two_nested_includes_is_right()
    {
        ShaderFolder.RequireCompiler();
        _folder.Write("ops/inner.glsl", "const int Inner = 1;\n");
        _folder.Write("include/outer.glsl", "#include \"middle.glsl\"\n");
        _folder.Write("include/middle.glsl", "const int Middle = 2;\n");
        _folder.Write("ops/deep.comp",
            "#version 460\n#include \"outer.glsl\"\n#include \"inner.glsl\"\n\nint x = zork;\nvoid main() { }\n");
        Assert.That(Fails("ops/deep.comp").Line, Is.EqualTo(5));
    }

    [Test]
    public void A_file_included_twice_counts_once()
    {
        _folder.Write("include/one.glsl", "const int One = 1;\n");
        _folder.Write("include/two.glsl", "#include \"one.glsl\"\nconst int Two = One + One;\n");
        _folder.Write("ops/both.comp",
            $"#version 460\n#include \"one.glsl\"\n#include \"two.glsl\"\n#include \"one.glsl\"\n{Body}");
        Assert.That(Compiled("ops/both.comp"), Is.GreaterThan(0));
    }

    [Test]
    public void A_file_included_by_a_section_that_is_off_is_there_for_one_that_is_on()
    {
        _folder.Write("include/one.glsl", "const int One = 1;\n");
        _folder.Write("ops/sections.comp",
            $"#version 460\n#ifdef FORWARD\n#include \"one.glsl\"\n#endif\n" +
            $"#ifdef BACKWARD\n#include \"one.glsl\"\nint y = One;\n#endif\n{Body}");
        Assert.That(Compiled("ops/sections.comp", "BACKWARD"), Is.GreaterThan(0));
    }

    [Test]
    public void The_shared_folder_comes_before_the_file_s_own()
    {
        _folder.Write("include/which.glsl", "const int Shared = 1;\n");
        _folder.Write("ops/which.glsl", "const int Own = 1;\n");
        _folder.Write("ops/asks.comp", $"#version 460\n#include \"which.glsl\"\nconst int x = Shared;\n{Body}");
        Assert.That(Compiled("ops/asks.comp"), Is.GreaterThan(0));
    }

    [Test]
    public void A_file_counts_once_by_whichever_path_it_is_included()
    {
        _folder.Write("include/one.glsl", "const int One = 1;\n");
        _folder.Write("ops/paths.comp",
            $"#version 460\n#include \"../include/one.glsl\"\n#include \"one.glsl\"\nconst int x = One;\n{Body}");
        Assert.That(Compiled("ops/paths.comp"), Is.GreaterThan(0));
    }

    [Test]
    public void A_missing_include_names_the_line_that_wants_it()
    {
        _folder.Write("ops/lost.comp", $"#version 460\n\n#include \"nowhere.glsl\"\n{Body}");
        ShaderException error = Fails("ops/lost.comp");
        Assert.Multiple(() =>
        {
            Assert.That((error.File, error.Line), Is.EqualTo(("ops/lost.comp", 3)));
            Assert.That(error.Message, Does.Contain("neither include/nowhere.glsl nor ops/nowhere.glsl"));
        });
    }

    [Test]
    public void A_cycle_is_named()
    {
        _folder.Write("include/hen.glsl", "#include \"egg.glsl\"\n");
        _folder.Write("include/egg.glsl", "\n#include \"hen.glsl\"\n");
        _folder.Write("ops/cycle.comp", $"#version 460\n#include \"hen.glsl\"\n{Body}");
        ShaderException error = Fails("ops/cycle.comp");
        Assert.Multiple(() =>
        {
            Assert.That((error.File, error.Line), Is.EqualTo(("include/egg.glsl", 2)));
            Assert.That(error.Message,
                Does.Contain("ops/cycle.comp -> include/hen.glsl -> include/egg.glsl -> include/hen.glsl"));
        });
    }

    [Test]
    public void A_missing_kernel_says_where_it_was_looked_for()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Fails("ops/none.comp").Message,
                Is.EqualTo($"ops/none.comp: there is no such kernel in '{_folder.Path}'."));
            Assert.That(() => new ShaderSource().Expand("ops/none.comp"),
                Throws.TypeOf<ShaderException>()
                    .With.Message.EqualTo("ops/none.comp: there is no such kernel in the embedded shaders."));
        });
    }

    [Test]
    public void Line_ends_do_not_change_the_text()
    {
        _folder.Write("ops/unix.comp", $"#version 460\n#include \"tensor.glsl\"\n{Body}");
        string unix = new ShaderSource(_folder.Path).Expand("ops/unix.comp");
        _folder.Write("ops/unix.comp", $"#version 460\n#include \"tensor.glsl\"\n{Body}".Replace("\n", "\r\n"));
        Assert.That(new ShaderSource(_folder.Path).Expand("ops/unix.comp"), Is.EqualTo(unix));
    }

    [Test]
    public void A_change_of_an_include_is_seen_when_asked_and_only_once()
    {
        _folder.Write("include/value.glsl", "const int Value = 1;\n");
        _folder.Write("ops/live.comp", $"#version 460\n#include \"value.glsl\"\n{Body}");
        ShaderSource source = new(_folder.Path);
        string before = source.Expand("ops/live.comp");
        Assert.That(source.Changed(), Is.False);

        _folder.Write("include/value.glsl", "const int Value = 10;\n");
        Assert.Multiple(() =>
        {
            Assert.That(source.Expand("ops/live.comp"), Is.EqualTo(before));
            Assert.That(source.Changed(), Is.True);
            Assert.That(source.Expand("ops/live.comp"), Does.Contain("Value = 10"));
            Assert.That(source.Changed(), Is.False);
        });
    }

    private int Compiled(string file, string sections = "")
    {
        using ShaderLibrary library = _folder.Library();
        return library.Module(new Kernel<NoPush>(file, sections), ShaderForm.Buffers).Length;
    }

    // Without a compiler too: most of these are found before one is needed.
    private ShaderException Fails(string file)
    {
        using ShaderLibrary library = new(new ShaderSource(_folder.Path), [], null);
        return Assert.Throws<ShaderException>(() => library.Module(new Kernel<NoPush>(file, ""), ShaderForm.Buffers))!;
    }
}
