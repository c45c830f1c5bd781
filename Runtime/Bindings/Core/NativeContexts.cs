#nullable disable   // as the package

using System.Runtime.InteropServices;

using Silk.NET.Core.Loader;

namespace Silk.NET.Core.Contexts;

/// <summary>Where the addresses of native functions come from.</summary>
internal interface INativeContext : IDisposable
{
    public nint GetProcAddress(string proc, int? slot = null);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null);
}

/// <summary>The exports of a shared library, which stays loaded until this is disposed.</summary>
internal sealed class DefaultNativeContext : INativeContext
{
    private nint _library;

    public DefaultNativeContext(string name) : this([name]) { }

    /// <exception cref="FileNotFoundException">None of the names could be loaded.</exception>
    public DefaultNativeContext(string[] names) => _library = Load(names, out string failures) is nint library and not 0
        ? library
        : throw new FileNotFoundException("Could not load from any of the possible library names! " + failures);

    public static bool TryCreate(string name, out DefaultNativeContext context)
    {
        nint library = Load([name], out _);
        context = library == 0 ? null : new DefaultNativeContext(library);
        return library != 0;
    }

    private DefaultNativeContext(nint library) => _library = library;

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        addr = 0;
        return _library != 0 && NativeLibrary.TryGetExport(_library, proc, out addr);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _library, 0) is nint library and not 0)
            NativeLibrary.Free(library);
    }

    private static nint Load(string[] names, out string failures)
    {
        failures = "";
        foreach (string name in names)
        foreach (string path in (string[])[name, Path.Combine(AppContext.BaseDirectory, name)])
        {
            // Load rather than TryLoad: the loader's sentence says whether the file is missing or broken.
            try { return NativeLibrary.Load(path); }
            catch (DllNotFoundException e) when (failures.Length == 0) { failures = e.Message; }
            catch (DllNotFoundException) { }
            catch (BadImageFormatException e) { failures = e.Message; }
        }
        return 0;
    }
}

/// <summary>Addresses from a function of the caller's: how a host hands over its own vkGetInstanceProcAddr.</summary>
internal readonly struct LamdaNativeContext : INativeContext
{
    private readonly TryLoader _load;

    /// <param name="getProcAddress">Returns zero for what it does not know.</param>
    public LamdaNativeContext(Func<string, nint> getProcAddress) =>
        _load = (string proc, out nint pfn) => (pfn = getProcAddress(proc)) != 0;

    public LamdaNativeContext(TryLoader getProcAddress) => _load = getProcAddress;

    internal delegate bool TryLoader(string proc, out nint pfn);

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null) => _load(proc, out addr);

    public void Dispose() { }
}

/// <summary>The first of several contexts that knows a function gives its address. Owns them.</summary>
internal sealed class MultiNativeContext(params INativeContext[] contexts) : INativeContext
{
    public INativeContext[] Contexts { get; set; } = contexts;

    public nint GetProcAddress(string proc, int? slot = null) =>
        TryGetProcAddress(proc, out nint address, slot) ? address : throw new SymbolLoadingException(proc);

    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null)
    {
        foreach (INativeContext context in Contexts)
        {
            if (context is not null && context.TryGetProcAddress(proc, out addr, slot))
                return true;
        }
        addr = 0;
        return false;
    }

    public void Dispose()
    {
        foreach (INativeContext context in Contexts)
            context?.Dispose();
    }
}
