using System.Collections.Concurrent;

namespace ResNetVulkan.Kernels;

/// <summary>
/// Kernels as SPIR-V: from memory, from a folder that the build filled, from the cache folder, and only then from the compiler.
/// Knows no device, so several may share it. Safe to use from several threads. Owns the compiler, which starts with the first
/// module that no folder has.
/// </summary>
/// <param name="source">Where the GLSL is read.</param>
/// <param name="compiledFolders">Folders of modules that were compiled ahead; never written, and they need not exist.</param>
/// <param name="cacheFolder">Where modules are kept for the next start, made when first needed; null keeps none.</param>
/// <param name="archive">A zip file of modules that were compiled ahead; seekable, read as they are needed, left open.</param>
public sealed class ShaderLibrary(
    ShaderSource source, IEnumerable<string> compiledFolders, string? cacheFolder, Stream? archive = null) : IDisposable
{
    private readonly SpirvCache _cache = new(compiledFolders, cacheFolder, archive);
    private readonly ShaderCompiler _compiler = new();
    private readonly MadeOnce<(string File, string Sections, ShaderForm Form), Entry> _modules = new();
    private int _compiled, _fromCache, _notKept;

    /// <summary>Where the modules that were asked for so far came from.</summary>
    public ShaderStatistics Statistics => new(_compiled, _fromCache, _notKept);

    /// <summary>
    /// A kernel's SPIR-V. May compile, which takes 20 to 200 ms; several threads that want one module compile it once.
    /// </summary>
    /// <exception cref="ShaderException">The GLSL is wrong, or the module is in no folder and there is no compiler.</exception>
    public ReadOnlyMemory<uint> Module(Kernel kernel, ShaderForm form) => Find(kernel, form).Words;

    /// <summary>
    /// After a change in the source's folder: forgets every module, so that the next question compiles what changed. A pipeline
    /// that was made stays as it was.
    /// </summary>
    /// <returns>Whether anything had changed.</returns>
    public bool Refresh()
    {
        if (!source.Changed()) return false;
        _modules.Clear();
        return true;
    }

    /// <summary>Compiles kernels ahead, each in both forms, into a folder for later libraries' compiledFolders.</summary>
    /// <param name="kernels">Any order; kernels with the same file and sections count once.</param>
    /// <param name="folder">Made when missing. Sound modules that it already holds are not compiled again.</param>
    /// <param name="degree">How many are compiled at a time.</param>
    /// <param name="progress">Called after each module with (done, all), from several threads, one at a time.</param>
    /// <returns>How many were compiled; the others were there.</returns>
    /// <exception cref="AggregateException">
    /// ShaderException for each kernel that failed; IOException if the folder cannot be written.
    /// </exception>
    public int CompileAll(IEnumerable<Kernel> kernels, string folder, int degree, Action<int, int>? progress = null)
    {
        SpirvCache output = new([], folder);
        (Kernel Kernel, ShaderForm Form)[] all =
        [
            .. kernels.DistinctBy(kernel => (kernel.File, string.Join(' ', kernel.Sections)))
                .SelectMany(kernel => Enum.GetValues<ShaderForm>().Select(form => (kernel, form))),
        ];

        ConcurrentQueue<Exception> errors = [];
        Lock counting = new();
        int done = 0, compiled = 0;
        Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = degree }, item =>
        {
            bool missing = false;
            try
            {
                ModuleKey key = KeyOf(item.Kernel, item.Form, out string text, out string[] defines);
                missing = output.Find(key) is null;
                if (missing) output.Keep(key, _compiler.Compile(item.Kernel.File, text, defines));
            }
            catch (Exception e) when (e is ShaderException or IOException or UnauthorizedAccessException)
            {
                errors.Enqueue(e);
            }

            lock (counting)
            {
                if (missing) compiled++;
                progress?.Invoke(++done, all.Length);
            }
        });
        return errors.IsEmpty
            ? compiled
            : throw new AggregateException($"{errors.Count} of {all.Length} modules could not be compiled.", errors);
    }

    /// <inheritdoc/>
    public void Dispose() => _compiler.Dispose();

    /// <summary>What the module of a kernel expects of its caller.</summary>
    internal KernelSignature Signature(Kernel kernel, ShaderForm form) => Find(kernel, form).Signature;

    private Entry Find(Kernel kernel, ShaderForm form) =>
        _modules.Get((kernel.File, string.Join(' ', kernel.Sections), form), () => Load(kernel, form));

    private Entry Load(Kernel kernel, ShaderForm form)
    {
        ModuleKey key = KeyOf(kernel, form, out string text, out string[] defines);
        uint[]? words = _cache.Find(key);
        if (words is not null)
        {
            Interlocked.Increment(ref _fromCache);
            return Read(kernel, words);
        }

        words = _compiler.Compile(kernel.File, text, defines);
        Interlocked.Increment(ref _compiled);
        try
        {
            _cache.Keep(key, words);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Interlocked.Increment(ref _notKept);    // a full disk costs the next start its time, not this one its result
        }
        return Read(kernel, words);
    }

    private static Entry Read(Kernel kernel, uint[] words)
    {
        try
        {
            return new(words, KernelSignature.Read(words));
        }
        catch (InvalidDataException e)
        {
            throw new ShaderException(kernel.File, 0,
                $"{kernel.Name} compiles, but breaks the rules of Shaders/README.md: {e.Message}", e);
        }
    }

    private ModuleKey KeyOf(Kernel kernel, ShaderForm form, out string text, out string[] defines)
    {
        text = source.Expand(kernel.File);
        defines = form == ShaderForm.Addresses ? [.. kernel.Sections, "ADDRESSES"] : [.. kernel.Sections];
        return new(text, defines, ShaderCompiler.Target);
    }

    private sealed record Entry(uint[] Words, KernelSignature Signature);
}
