using System.Text;
using NUnit.Framework;

namespace ResNetVulkan.Tests.Support;

[TestFixture]
public sealed class NpyTests
{
    [TestCase("<f4", "(2, 3)", 24)]
    [TestCase("<f8", "(3,)", 24)]
    [TestCase("<i8", "()", 8)]
    [TestCase("|u1", "(4, 1, 2)", 8)]
    public void Shape_and_values_come_out(string type, string shape, int bytes)
    {
        using TemporaryFolder folder = new();
        byte[] values = [.. Enumerable.Range(0, bytes).Select(i => (byte)i)];
        Npy array = Npy.Read(folder.File("x.npy", Make(type, "False", shape, values)));
        Assert.That($"({string.Join(", ", array.Shape)})", Is.EqualTo(shape.Replace(",)", ")")));
        Array wanted = type[1..] switch
        {
            "f4" => Enumerable.Range(0, bytes / 4).Select(i => BitConverter.ToSingle(values, 4 * i)).ToArray(),
            "f8" => Enumerable.Range(0, bytes / 8).Select(i => BitConverter.ToDouble(values, 8 * i)).ToArray(),
            "i8" => new[] { BitConverter.ToInt64(values) },
            _ => values,
        };
        Array got = type[1..] switch { "f4" => array.Floats, "f8" => array.Doubles, "i8" => array.Integers, _ => array.Bytes };
        Assert.That(got, Is.EqualTo(wanted));
        Assert.Throws<InvalidOperationException>(() => _ = type == "<f4" ? (Array)array.Bytes : array.Floats);
    }

    [TestCase("<f4", "True", "(2,)", 8, TestName = "Column-major order is refused")]
    [TestCase(">f4", "False", "(2,)", 8, TestName = "Big-endian numbers are refused")]
    [TestCase("<c8", "False", "(1,)", 8, TestName = "Complex numbers are refused")]
    [TestCase("<f4", "False", "(3,)", 8, TestName = "A shape of another size is refused")]
    public void Others_are_refused(string type, string fortran, string shape, int bytes)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("x.npy", Make(type, fortran, shape, new byte[bytes]));
        Assert.Throws<InvalidDataException>(() => Npy.Read(path));
    }

    [Test]
    public void Goldens_of_PyTorch_are_read()
    {
        string folder = TestData.Require("cifar10/golden");
        Npy pixels = Npy.Read(Path.Combine(folder, "input_u8_10x32x32x3.npy"));
        Npy input = Npy.Read(Path.Combine(folder, "input_f32_10x3x32x32.npy"));
        Npy labels = Npy.Read(Path.Combine(folder, "labels.npy"));
        Assert.That(pixels.Shape, Is.EqualTo(new[] { 10, 32, 32, 3 }));
        Assert.That(labels.Integers, Has.Length.EqualTo(10).And.All.InRange(0, 9));

        // ImageNet's normalisation of the first pixel's red: (u8 / 255 - 0.485) / 0.229, two roundings of float32.
        Assert.That(input.Floats[0], Is.EqualTo(((pixels.Bytes[0] / 255.0) - 0.485) / 0.229).Within(1e-6));
    }

    private static byte[] Make(string type, string fortran, string shape, byte[] values)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values];
    }
}
