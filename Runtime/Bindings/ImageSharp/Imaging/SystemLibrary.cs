using System.Runtime.InteropServices;

namespace ResNetVulkan.Bindings.Imaging;

internal static class SystemLibrary
{
    /// <summary>Turns the loader's "unable to load shared library or one of its dependencies" into what to install.</summary>
    /// <exception cref="DllNotFoundException">The library cannot be loaded.</exception>
    public static void Require(string library, string what, string debianPackage)
    {
        if (!NativeLibrary.TryLoad(library, typeof(SystemLibrary).Assembly, null, out _))
        {
            throw new DllNotFoundException(
                $"{what} needs the library '{library}', which cannot be loaded; " +
                $"Debian and Ubuntu have it in the package {debianPackage}.");
        }
    }
}
