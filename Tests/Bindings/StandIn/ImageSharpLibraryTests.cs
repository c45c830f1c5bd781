using NUnit.Framework;
using ResNetVulkan.Bindings.Imaging;

namespace ResNetVulkan.Tests.Bindings.StandIn;

[TestFixture]
public sealed class ImageSharpLibraryTests
{
    [Test]
    public void A_missing_library_names_the_package_to_install() =>
        Assert.That(
            Assert.Throws<DllNotFoundException>(() => SystemLibrary.Require("libmissing.so.9", "PNG", "libmissing9"))!.Message,
            Is.EqualTo(
                "PNG needs the library 'libmissing.so.9', which cannot be loaded; " +
                "Debian and Ubuntu have it in the package libmissing9."));
}
