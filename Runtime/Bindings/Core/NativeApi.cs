#nullable disable   // as the package

using System.Text;

using Silk.NET.Core.Contexts;
using Silk.NET.Core.Loader;

namespace Silk.NET.Core.Native;

/// <summary>A set of native functions, each looked up when first called. Owns its context.</summary>
internal abstract class NativeApiContainer(INativeContext ctx) : IDisposable
{
    public void Dispose() => ctx.Dispose();

    private protected INativeContext Source => ctx;

    /// <summary>
    /// The address in <paramref name="slot"/>, looked up if it is still zero. Two threads may both look: they find the same.
    /// </summary>
    /// <exception cref="SymbolLoadingException">There is no such function.</exception>
    private protected nint Function(ref nint slot, string name)
    {
        nint address = slot;
        return address != 0 ? address : slot = Find(name);
    }

    /// <summary>A string argument: UTF-8, ending in zero; null stays null.</summary>
    private protected static byte[] Utf8(string text) => text is null ? null : Encoding.UTF8.GetBytes(text + '\0');

    private nint Find(string name) =>
        ctx.GetProcAddress(name) is nint address and not 0 ? address : throw new SymbolLoadingException(name);
}

internal abstract class NativeAPI(INativeContext ctx) : NativeApiContainer(ctx)
{
    public INativeContext Context => Source;

    public abstract bool IsExtensionPresent(string name);
}

/// <summary>The functions of one extension of <typeparamref name="T"/>.</summary>
internal abstract class NativeExtension<T>(INativeContext ctx) : NativeApiContainer(ctx)
    where T : NativeAPI;
