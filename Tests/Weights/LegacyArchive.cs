using System.Text;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Weights;

/// <summary>
/// Archives as <c>torch.save</c> made them before PyTorch 1.6, so that tests need no PyTorch to have one: magic number, version,
/// system, state dict, list of storages, and the storages.
/// </summary>
internal static class LegacyArchive
{
    public static byte[] Of(IReadOnlyList<WeightTensor> tensors)
    {
        using MemoryStream file = new();
        Append(file, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
        Append(file, "\x80\x02M\xe9\x03.");
        Append(file, "\x80\x02}q\0(X\x0d\0\0\0little_endian\x88X\x0a\0\0\0type_sizes}u.");
        Append(file, "\x80\x02}q\0(");
        for (int i = 0; i < tensors.Count; i++)
        {
            WeightTensor tensor = tensors[i];
            Append(file, Text(tensor.Name) + "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\n"
                + $"{StorageOf(tensor.Element)}\n{Text($"s{i}")}{Text("cpu")}{Integer((int)tensor.Count)}NtQK\0(");
            Append(file, string.Concat(tensor.Dimensions.Select(Integer)) + "t(");
            int step = (int)tensor.Count;
            foreach (int extent in tensor.Dimensions)
                Append(file, Integer(step /= extent));
            Append(file, "t\x89" + "ccollections\nOrderedDict\n)RtR");
        }

        Append(file, "u.\x80\x02](" + string.Concat(Enumerable.Range(0, tensors.Count).Select(i => Text($"s{i}"))) + "e.");
        foreach (WeightTensor tensor in tensors)
        {
            file.Write(BitConverter.GetBytes(tensor.Count));
            file.Write(tensor.ToBytes());
        }

        return file.ToArray();
    }

    private static void Append(Stream file, string bytes) => file.Write(Encoding.Latin1.GetBytes(bytes));

    private static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    private static string Integer(int value) => "J" + Encoding.Latin1.GetString(BitConverter.GetBytes(value));

    private static string StorageOf(WeightElement element) => element switch
    {
        WeightElement.Float32 => "FloatStorage",
        WeightElement.Float16 => "HalfStorage",
        WeightElement.BFloat16 => "BFloat16Storage",
        WeightElement.Int64 => "LongStorage",
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, null),
    };
}
