using System.Runtime.CompilerServices;

namespace Silk.NET.Core.Native;

/// <summary>Fixed arrays of structs, which C# cannot declare as fixed buffers.</summary>
internal static unsafe class InlineElements
{
    /// <summary>
    /// The elements from <paramref name="first"/> on. As with the package's, the array must not move while the span is used.
    /// </summary>
    public static Span<T> Of<T>(scoped ref T first, int count) where T : unmanaged => new(Unsafe.AsPointer(ref first), count);
}
