using System.IO.Compression;
using System.Text;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Demo;

/// <summary>
/// Small files that the commands are tried with: weights from the integer hash, pictures, and broken twins of both.
/// </summary>
internal static class CommandFiles
{
    /// <summary>Weights of a network that a run can tell apart, scaled so that no layer's output grows or dies.</summary>
    public static string Weights(TemporaryFolder folder, string model = "cifar-resnet20")
    {
        string path = folder.File($"{model}.safetensors");
        Safetensors.Write(path, Parameters(model).Select(parameter => WeightTensor.FromFloats(
            parameter.Name, parameter.Dimensions, Values(parameter))));
        return path;
    }

    /// <summary>A PNG of hashed pixels.</summary>
    public static string Picture(TemporaryFolder folder, string name, int width = 40, int height = 36)
    {
        uint key = Hash.Key(3, name);
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)Hash.Bits(key, (uint)i);
        string path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.Write(path, new PixelImage(width, height, pixels));
        return path;
    }

    /// <summary>Records in CIFAR-10's binary layout.</summary>
    public static string Cifar(TemporaryFolder folder, int count)
    {
        uint key = Hash.Key(5, "cifar");
        byte[] bytes = new byte[count * 3073];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = i % 3073 == 0 ? (byte)(i / 3073 % 10) : (byte)Hash.Bits(key, (uint)i);
        return folder.File("test_batch.bin", bytes);
    }

    /// <summary>A safetensors file with this header.</summary>
    public static string Header(TemporaryFolder folder, string name, string header, long? claimed = null, int data = 0) =>
        folder.File(
            name, [.. BitConverter.GetBytes(claimed ?? header.Length), .. Encoding.ASCII.GetBytes(header), .. new byte[data]]);

    /// <summary>A PyTorch archive whose pickle is this.</summary>
    public static string Archive(TemporaryFolder folder, string name, byte[] pickle, bool isStored = true)
    {
        using MemoryStream memory = new();
        using (ZipArchive zip = new(memory, ZipArchiveMode.Create))
        {
            CompressionLevel level = isStored ? CompressionLevel.NoCompression : CompressionLevel.SmallestSize;
            using Stream entry = zip.CreateEntry("archive/data.pkl", level).Open();
            entry.Write(pickle);
        }
        return folder.File(name, memory.ToArray());
    }

    private static IEnumerable<Parameter> Parameters(string model)
    {
        Graph graph = new();
        NetworkConfig net = NetworkConfig.Find(model);
        Shape shape = new(1, net.ImageChannels, net.ImageSize, net.ImageSize);
        net.Append(graph, graph.Input("image", new TensorType(shape)));
        return graph.Parameters;
    }

    private static float[] Values(Parameter parameter)
    {
        (string name, int count) = (parameter.Name, (int)parameter.Shape.Count);
        if (parameter.Kind == ParameterKind.Weight)
        {
            int fanIn = count / parameter.Shape.N;
            return Hash.Values(1, name, count, Math.Sqrt(6.0 / fanIn));     // variance 2 / fan-in: what a ReLU halves
        }
        bool isOffset = name.EndsWith(".bias", StringComparison.Ordinal)
            || name.EndsWith("running_mean", StringComparison.Ordinal);
        return isOffset ? Hash.Values(1, name, count, 0.1) : Hash.Values(1, name, count, 0.25, offset: 1);
    }
}
