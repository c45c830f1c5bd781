using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using ResNetVulkan.Kernels;

namespace ResNetVulkan.Tests.Kernels;

[TestFixture]
public sealed class Sha256Tests
{
    /// <summary>The examples of FIPS 180-4's companion, and the empty text.</summary>
    [TestCase("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [TestCase("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [TestCase("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void Gives_the_published_hashes(string text, string hash) =>
        Assert.That(Convert.ToHexStringLower(Sha256.HashData(Encoding.ASCII.GetBytes(text))), Is.EqualTo(hash));

    [Test]
    public void Agrees_with_the_system_at_every_length_around_its_blocks()
    {
        byte[] data = new byte[300];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            ReadOnlySpan<byte> some = data.AsSpan(0, length);
            Assert.That(Sha256.HashData(some), Is.EqualTo(SHA256.HashData(some)), $"{length} bytes");
        }
    }
}
