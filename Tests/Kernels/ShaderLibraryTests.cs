using System.Diagnostics;
using NUnit.Framework;
using ResNetVulkan.Kernels;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Kernels;

/// <summary>Memory, folders, compiler: what comes from where, and what happens when a file is wrong.</summary>
[TestFixture]
public sealed class ShaderLibraryTests
{
    private const string SharedCacheVariable = "RESNETVULKAN_TEST_SHARED_CACHE";

    private readonly record struct Push(uint Count);

    private static readonly Kernel Scale = new Kernel<Push>("ops/scale.comp", "", "x");

    private ShaderFolder _folder = null!;

    [SetUp]
    public void WriteKernel()
    {
        _folder = new();
        _folder.Write("ops/scale.comp", """
            #version 460
            #include "tensor.glsl"
            #include "flat.glsl"
            TENSOR(0, , float, x)
            layout(push_constant) uniform Push { ADDRESS(x) uint count; };
            #ifdef THRICE
            const float Factor = 3;
            #else
            const float Factor = 2;
            #endif
            void main() { FOR_EACH(i, count) x.at[i] *= Factor; }
            """);
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void A_second_start_compiles_nothing()
    {
        (uint[] first, ShaderStatistics cold) = Start();
        (uint[] second, ShaderStatistics warm) = Start();
        Assert.Multiple(() =>
        {
            Assert.That(cold.ToString(), Is.EqualTo("1 shaders compiled, 0 from the cache"));
            Assert.That(warm.ToString(), Is.EqualTo("0 shaders compiled, 1 from the cache"));
            Assert.That(second, Is.EqualTo(first));
        });
    }

    [Test]
    public void A_module_is_loaded_once_however_often_and_from_however_many_threads_it_is_asked_for()
    {
        using ShaderLibrary library = _folder.Library(_folder.Cache);
        Parallel.For(0, 64, _ => library.Module(new Kernel<Push>("ops/scale.comp", "", "x"), ShaderForm.Buffers));
        Assert.That(library.Statistics, Is.EqualTo(new ShaderStatistics(1, 0, 0)));
    }

    [Test]
    public void Form_section_and_text_each_make_another_module()
    {
        using ShaderLibrary library = _folder.Library(_folder.Cache);
        library.Module(Scale, ShaderForm.Buffers);
        library.Module(Scale, ShaderForm.Addresses);
        library.Module(new Kernel<Push>("ops/scale.comp", "THRICE", "x"), ShaderForm.Buffers);
        Assert.That(Directory.GetFiles(_folder.Cache), Has.Length.EqualTo(3));

        _folder.Write("include/flat.glsl", File.ReadAllText(Path.Combine(_folder.Path, "include/flat.glsl")) + "// changed\n");
        Start();
        Assert.That(Directory.GetFiles(_folder.Cache), Has.Length.EqualTo(4));
    }

    [Test]
    public void A_file_damaged_at_any_byte_is_compiled_again_and_mended()
    {
        (uint[] words, _) = Start();
        string file = Directory.GetFiles(_folder.Cache).Single();
        byte[] sound = File.ReadAllBytes(file);
        ModuleKey key = KeyOf(file);
        SpirvCache cache = new([_folder.Cache], null);
        Assert.That(cache.Find(key), Is.EqualTo(words));

        for (int at = 0; at < sound.Length; at++)      // magic, version, sizes, hash, key, payload
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, damaged);
            if (cache.Find(key) is not null) Assert.Fail($"A flipped bit in byte {at} of {sound.Length} went unseen.");
        }

        (uint[] again, ShaderStatistics statistics) = Start();
        Assert.Multiple(() =>
        {
            Assert.That(statistics.Compiled, Is.EqualTo(1));
            Assert.That(again, Is.EqualTo(words));
            Assert.That(File.ReadAllBytes(file), Is.EqualTo(sound));
        });
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(55)]
    [TestCase(100)]
    [TestCase(-1)]
    public void A_file_of_another_length_is_compiled_again(int length)
    {
        Start();
        string file = Directory.GetFiles(_folder.Cache).Single();
        byte[] sound = File.ReadAllBytes(file);
        File.WriteAllBytes(file, length < 0 ? [.. sound, 0] : sound[..length]);
        Assert.Multiple(() =>
        {
            Assert.That(Start().Statistics.Compiled, Is.EqualTo(1));
            Assert.That(File.ReadAllBytes(file), Is.EqualTo(sound));
        });
    }

    [Test]
    public void A_sound_file_under_another_module_s_name_is_not_taken()
    {
        Start();
        string file = Directory.GetFiles(_folder.Cache).Single();
        byte[] key = Convert.FromHexString(Path.GetFileNameWithoutExtension(file));
        key[0] ^= 1;
        string other = Path.Combine(_folder.Cache, Convert.ToHexStringLower(key) + ".spirv");
        File.Move(file, other);
        Assert.That(SealedFile.Read(other, key, int.MaxValue), Is.Null);
    }

    [Test]
    public void A_compiled_folder_serves_a_start_without_cache_and_is_never_written()
    {
        string ahead = Path.Combine(_folder.Path, "ahead");
        using (ShaderLibrary build = _folder.Library())
            Assert.That(build.CompileAll([Scale], ahead, degree: 2), Is.EqualTo(2));
        foreach (string file in Directory.GetFiles(ahead)) File.WriteAllText(file, "damaged");

        using ShaderLibrary library = _folder.Library(_folder.Cache, ahead);
        library.Module(Scale, ShaderForm.Addresses);
        Assert.Multiple(() =>
        {
            Assert.That(library.Statistics, Is.EqualTo(new ShaderStatistics(1, 0, 0)));
            Assert.That(Directory.GetFiles(ahead).Select(File.ReadAllText), Is.All.EqualTo("damaged"));
            Assert.That(Directory.GetFiles(_folder.Cache), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void Compiling_ahead_makes_both_forms_once_and_reports_each()
    {
        string ahead = Path.Combine(_folder.Path, "ahead");
        List<(int Done, int All)> progress = [];
        Kernel[] kernels = [Scale, new Kernel<Push>("ops/scale.comp", "", "x"),
            new Kernel<Push>("ops/scale.comp", "THRICE", "x")];
        using ShaderLibrary build = _folder.Library();
        int first = build.CompileAll(kernels, ahead, degree: 2, (done, all) => progress.Add((done, all)));
        int second = build.CompileAll(kernels, ahead, degree: 2);

        using ShaderLibrary library = _folder.Library(null, ahead);
        foreach (Kernel kernel in kernels)
            foreach (ShaderForm form in Enum.GetValues<ShaderForm>()) library.Module(kernel, form);
        Assert.Multiple(() =>
        {
            Assert.That((first, second), Is.EqualTo((4, 0)));
            Assert.That(progress, Is.EqualTo(new[] { (1, 4), (2, 4), (3, 4), (4, 4) }));
            Assert.That(library.Statistics, Is.EqualTo(new ShaderStatistics(0, 4, 0)));
        });
    }

    [Test]
    public void Compiling_ahead_names_every_kernel_that_fails()
    {
        _folder.Write("ops/wrong.comp", "#version 460\nvoid main() { zork(); }\n");
        using ShaderLibrary build = _folder.Library();
        AggregateException error = Assert.Throws<AggregateException>(() =>
            build.CompileAll([Scale, new Kernel<Push>("ops/wrong.comp", "")], Path.Combine(_folder.Path, "ahead"), degree: 1))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.StartWith("2 of 4 modules could not be compiled."));
            Assert.That(error.InnerExceptions.Select(inner => ((ShaderException)inner).File), Is.All.EqualTo("ops/wrong.comp"));
        });
    }

    [Test]
    public void A_cache_folder_that_cannot_be_written_costs_no_result()
    {
        File.WriteAllText(_folder.Cache, "a file where the folder should be");
        (uint[] words, ShaderStatistics statistics) = Start();
        Assert.Multiple(() =>
        {
            Assert.That(words, Is.Not.Empty);
            Assert.That(statistics.ToString(), Is.EqualTo("1 shaders compiled, 0 from the cache, 1 could not be kept there"));
        });
    }

    [Test]
    public void A_changed_file_is_compiled_anew_after_a_refresh_and_an_error_in_it_is_not_kept()
    {
        using ShaderLibrary library = _folder.Library();
        uint[] before = library.Module(Scale, ShaderForm.Buffers).ToArray();
        string text = File.ReadAllText(Path.Combine(_folder.Path, "ops/scale.comp"));
        Assert.That(library.Refresh(), Is.False);

        _folder.Write("ops/scale.comp", text.Replace("*= Factor", "*= Facto"));
        Assert.That(library.Refresh(), Is.True);
        Assert.That(() => library.Module(Scale, ShaderForm.Buffers), Throws.TypeOf<ShaderException>());

        _folder.Write("ops/scale.comp", text.Replace("*= Factor", "/= Factor"));
        Assert.That(library.Refresh(), Is.True);
        Assert.That(library.Module(Scale, ShaderForm.Buffers).ToArray(), Is.Not.EqualTo(before));
    }

    [Test]
    public void Without_a_compiler_the_sentence_says_what_to_install()
    {
        using ShaderCompiler compiler = new(() =>
            throw new FileNotFoundException("Could not load from any of the possible library names!"));
        ShaderException error = Assert.Throws<ShaderException>(() => compiler.Compile("ops/relu.comp", "", []))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.StartWith("ops/relu.comp: ").And.Contain("apt install glslc"));
            Assert.That(error.InnerException, Is.TypeOf<FileNotFoundException>());
        });
    }

    /// <summary>
    /// Threads here and two more processes that run <see cref="Fills_a_shared_folder"/>, all on one folder, for many rounds.
    /// </summary>
    [Test]
    public void Processes_may_share_a_cache_folder()
    {
        using Process one = StartAnother();
        using Process two = StartAnother();
        FillSharedFolder(_folder.Cache);
        foreach (Process process in (Process[])[one, two])
        {
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, output);
            Assert.That(output, Does.Match("[Pp]assed: 1|succeeded: 1"), "the other process ran no test");
        }
        Assert.That(Directory.GetFiles(_folder.Cache, "*.tmp"), Is.Empty);
    }

    /// <summary>The other process's part of the test above.</summary>
    [Test]
    public void Fills_a_shared_folder() =>
        FillSharedFolder(Environment.GetEnvironmentVariable(SharedCacheVariable) ?? _folder.Cache);

    private static void FillSharedFolder(string folder)
    {
        uint[] words = [.. Enumerable.Range(0, 5000).Select(i => (uint)i)];
        ModuleKey[] keys = [.. Enumerable.Range(0, 4).Select(i => new ModuleKey($"text {i}", ["A"], "target"))];
        SpirvCache cache = new([], folder);
        int found = 0;
        Parallel.For(0, 800, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            ModuleKey key = keys[i % keys.Length];
            if (i % 3 == 0) cache.Keep(key, words);
            if (cache.Find(key) is not { } read) return;
            if (!read.AsSpan().SequenceEqual(words)) throw new InvalidDataException("another module's words");
            Interlocked.Increment(ref found);
        });
        Assert.That(found, Is.GreaterThan(700));
    }

    private Process StartAnother()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(ShaderLibraryTests).Assembly.Location);
        start.ArgumentList.Add("--filter");
        start.ArgumentList.Add($"FullyQualifiedName~{nameof(Fills_a_shared_folder)}");
        start.Environment[SharedCacheVariable] = _folder.Cache;
        return Process.Start(start)!;
    }

    private (uint[] Words, ShaderStatistics Statistics) Start()
    {
        using ShaderLibrary library = _folder.Library(_folder.Cache);
        uint[] words = library.Module(Scale, ShaderForm.Buffers).ToArray();
        return (words, library.Statistics);
    }

    private ModuleKey KeyOf(string file)
    {
        ModuleKey key = new(new ShaderSource(_folder.Path).Expand("ops/scale.comp"), [], ShaderCompiler.Target);
        Assert.That(key.Name, Is.EqualTo(Path.GetFileNameWithoutExtension(file)));
        return key;
    }
}
