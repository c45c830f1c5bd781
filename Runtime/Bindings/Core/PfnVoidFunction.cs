#nullable disable   // as the package

using Silk.NET.Core.Native;

namespace Silk.NET.Core;

/// <summary>An address of unknown signature; zero where the driver has no such function.</summary>
internal readonly unsafe struct PfnVoidFunction : IDisposable
{
    public PfnVoidFunction(delegate* unmanaged<void> ptr) => Handle = ptr;

    public delegate* unmanaged<void> Handle { get; }

    public static implicit operator nint(PfnVoidFunction pfn) => (nint)pfn.Handle;

    public void Dispose() => SilkMarshal.Forget((nint)Handle);

    public static implicit operator delegate* unmanaged<void>(PfnVoidFunction pfn) => pfn.Handle;

    public static implicit operator PfnVoidFunction(delegate* unmanaged<void> func) => new(func);
}
