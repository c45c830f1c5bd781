using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Weights;

[TestFixture]
public sealed class SafetensorsTests
{
    private TemporaryFolder _folder = null!;

    private static readonly TestCaseData[] BadHeaders =
    [
        Case("not JSON", "{\"a\":", 0, "byte 13: the header is not valid JSON"),
        Case("no object", "[1]", 0, "neither a safetensors file nor a PyTorch archive"),
        Case("two objects", "{}{}", 0, "the header is not valid JSON"),
        Case("overlap", "{" + F32("a", "[2]", 0, 8) + "," + F32("b", "[2]", 4, 12) + "}", 12, "'b' begins at byte 4 of the data"),
        Case("overlap, empty", "{" + F32("a", "[2]", 0, 8) + "," + F32("b", "[0]", 4, 4) + "}", 8, "within another"),
        Case("hole", "{" + F32("a", "[2]", 0, 8) + "," + F32("b", "[1]", 12, 16) + "}", 16, "the data have a hole from 8 to 12"),
        Case("hole at the beginning", "{" + F32("a", "[2]", 4, 12) + "}", 12, "the data have a hole from 0 to 4"),
        Case("too long a file", "{" + F32("a", "[2]", 0, 8) + "}", 9, "the tensors take 8 bytes, but 9 follow the header."),
        Case("too short a file", "{" + F32("a", "[2]", 0, 8) + "}", 7, "'a' ends at byte 8 of the data, which has only 7"),
        Case("duplicate key", "{" + F32("a", "[1]", 0, 4) + "," + F32("a", "[1]", 4, 8) + "}", 8, "has the key 'a' twice"),
        Case("escaped duplicate", "{" + F32("a", "[0]", 0, 0) + "," + F32("\\u0061", "[0]", 0, 0) + "}", 0, "the key 'a' twice"),
        Case("duplicate metadata", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "has the key '__metadata__' twice"),
        Case("metadata's key twice", "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0, "has the key 'k' twice"),
        Case("number as metadata", "{\"__metadata__\":{\"k\":1}}", 0, "'k' has a value in the metadata that is not"),
        Case("offsets of another size", "{" + F32("a", "[3]", 0, 8) + "}", 8, "'a' has 12 bytes, but data_offsets 0 and 8"),
        Case("offsets that run backwards", "{" + F32("a", "[1]", 8, 4) + "}", 8, "'a' has 4 bytes, but data_offsets 8 and 4"),
        Case("product that overflows", "{" + F32("a", "[2147483647,2147483647,2147483647]", 0, 8) + "}", 8, "claims more than"),
        Case("product that wraps to 8", "{" + F32("a", "[4294967296,4294967297,2]", 0, 8) + "}", 8, "claims more than"),
        Case("extent of 2^64", "{" + F32("a", "[18446744073709551616]", 0, 0) + "}", 0, "something else than numbers from 0"),
        Case("negative extent", "{" + F32("a", "[-1]", 0, 0) + "}", 0, "something else than numbers from 0"),
        Case("fraction", "{" + F32("a", "[1.5]", 0, 0) + "}", 0, "something else than numbers from 0"),
        Case("nine axes", "{" + F32("a", "[1,1,1,1,1,1,1,1,1]", 0, 4) + "}", 4, "more than 8 numbers"),
        Case("three offsets", "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}}", 4, "more than 2 numbers"),
        Case("no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "lacks its dtype"),
        Case("shape twice", "{\"a\":{\"shape\":[],\"shape\":[]}}", 4, "an unknown or repeated field 'shape'"),
        Case("unknown type", "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "'F8_E4M3'"),
        Case("tensor that is text", "{\"a\":\"b\"}", 0, "'a' is not described by an object"),
        Case("lone surrogate in a name", "{" + F32("\\ud800", "[1]", 0, 4) + "}", 4, "not valid JSON"),
        Case("deep nesting", "{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}", 0, "not described by an object"),
    ];

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void A_file_comes_back_as_it_was_written()
    {
        WeightTensor[] tensors =
        [
            WeightTensor.FromFloats("half", [3], [1, -2.5f, 65504], WeightElement.Float16),
            WeightTensor.FromFloats("conv1.weight", [2, 1, 1, 2], [1, 2, 3, float.NegativeInfinity]),
            WeightTensor.FromInteger("bn1.num_batches_tracked", long.MaxValue),
            WeightTensor.FromFloats("Ünïcode \"quoted\"", [1, 2], [0.1f, -0f], WeightElement.BFloat16),
            WeightTensor.FromFloats("empty", [4, 0], []),
            WeightTensor.FromFloats("scalar", [], [7], WeightElement.Float64),
        ];
        Safetensors.Write(_folder.File("x"), tensors, new Dictionary<string, string> { ["format"] = "pt", ["é"] = "{}" });

        using WeightFile file = WeightFile.Open(_folder.File("x"));
        Assert.That(file.Format, Is.EqualTo(WeightFormat.Safetensors));
        Assert.That(file.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["format"] = "pt", ["é"] = "{}" }));
        Assert.That(file.Tensors.Keys, Is.EqualTo(tensors.Select(tensor => tensor.Name)), "names in the order of writing");
        foreach (WeightTensor wanted in tensors)
        {
            WeightTensor got = file.Tensors[wanted.Name];
            Assert.That(got.Dimensions, Is.EqualTo(wanted.Dimensions), wanted.Name);
            Assert.That(got.Element, Is.EqualTo(wanted.Element), wanted.Name);
            Assert.That(got.ToBytes(), Is.EqualTo(wanted.ToBytes()), wanted.Name);
        }

        Assert.That(file.Tensors["half"].ToFloats(), Is.EqualTo(new[] { 1, -2.5f, 65504 }));
        Assert.That(Directory.GetFiles(_folder.Path), Has.Length.EqualTo(1), "the temporary file is gone");
    }

    [Test]
    public void Tensors_are_aligned_whatever_the_order_of_their_types()
    {
        Safetensors.Write(_folder.File("x"),
        [
            WeightTensor.FromFloats("odd", [3], [1, 2, 3], WeightElement.Float16),
            WeightTensor.FromFloats("four", [1], [4]),
            WeightTensor.FromInteger("eight", 8),
        ]);
        byte[] bytes = File.ReadAllBytes(_folder.File("x"));
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.That(header % 8, Is.Zero);
        Assert.That(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan((int)(8 + header))), Is.EqualTo(8));
        Assert.That(BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan((int)(16 + header))), Is.EqualTo(4));
    }

    [Test]
    public void An_older_file_stays_where_writing_fails()
    {
        string path = _folder.File("x", [1, 2, 3]);
        string source = _folder.File("source");
        Safetensors.Write(source, [WeightTensor.FromFloats("a", [2], [1, 2])]);
        WeightFile closed = WeightFile.Open(source);
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Safetensors.Write(path, closed.Tensors.Values));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Directory.GetFiles(_folder.Path), Is.EquivalentTo(new[] { path, source }), "the temporary file is gone");
    }

    [Test]
    public void Names_that_collide_are_not_written()
    {
        WeightTensor a = WeightTensor.FromFloats("a", [1], [1]);
        Assert.Throws<ArgumentException>(() => Safetensors.Write(_folder.File("x"), [a, a]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(_folder.File("x"), [a.Renamed("__metadata__")]));
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [Test]
    public void The_prefix_of_DataParallel_is_dropped_only_where_all_names_have_it()
    {
        WeightTensor a = WeightTensor.FromFloats("module.a", [1], [1]);
        Safetensors.Write(_folder.File("all"), [a, a.Renamed("module.module.b")]);
        Safetensors.Write(_folder.File("some"), [a, a.Renamed("b")]);
        using WeightFile all = WeightFile.Open(_folder.File("all"));
        using WeightFile some = WeightFile.Open(_folder.File("some"));
        Assert.That(all.Tensors.Keys, Is.EqualTo(new[] { "a", "module.b" }));
        Assert.That(all.Tensors["a"].Name, Is.EqualTo("a"));
        Assert.That(some.Tensors.Keys, Is.EqualTo(new[] { "module.a", "b" }));
    }

    [TestCaseSource(nameof(BadHeaders))]
    public void Rejects_what_breaks_a_rule(string header, int dataBytes, string reason)
    {
        WeightFileException error = Rejection(Build(header, dataBytes));
        Assert.That(error.Message, Does.StartWith("bad.safetensors, byte ").And.Contain(reason));
    }

    [Test]
    public void Tensors_may_lie_in_another_order_than_the_header_has()
    {
        string header = "{" + F32("b", "[1]", 4, 8) + "," + F32("a", "[1]", 0, 4) + "," + F32("c", "[0]", 4, 4) + "}   ";
        using WeightFile file = WeightFile.Open(_folder.File("x", Build(header, 8)));
        Assert.That(file.Tensors.Keys, Is.EqualTo(new[] { "b", "a", "c" }));
    }

    [TestCase(10_000_000_000L, "the header claims 10,000,000,000 bytes; at most 100,000,000 are allowed.")]
    [TestCase(-1L, "at most 100,000,000 are allowed.")]
    [TestCase(100_000_000L, "the header claims 100,000,000 bytes, but only 2 follow.")]
    [TestCase(3L, "the header claims 3 bytes, but only 2 follow.")]
    public void Allocates_nothing_for_a_header_that_only_claims_to_be_large(long claim, string reason)
    {
        byte[] bytes = Build("{}", 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, claim);
        _ = Rejection(bytes);       // the first time also allocates what it takes to make a message
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightFileException error = Rejection(bytes);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(error.Offset, Is.Zero);
    }

    [Test]
    public void A_file_cut_at_any_byte_is_rejected()
    {
        Safetensors.Write(_folder.File("x"),
            [WeightTensor.FromFloats("a", [2, 1], [1, 2]), WeightTensor.FromFloats("b", [1], [3], WeightElement.Float16)],
            new Dictionary<string, string> { ["k"] = "v" });
        byte[] whole = File.ReadAllBytes(_folder.File("x"));
        for (int length = 0; length < whole.Length; length++)
            _ = Rejection(whole[..length]);
    }

    [Test]
    public void A_ResNet_of_strangers_has_torchvisions_names_and_mixed_types(
        [Values("ktb_resnet18_small_mixed_f16", "ktb_resnet50_large_mixed_f16")] string name)
    {
        using WeightFile file = WeightFile.Open(TestData.Require($"imagenet/{name}.safetensors"));
        bool deep = name.Contains("50", StringComparison.Ordinal);
        Assert.That(file.Metadata["format"], Is.EqualTo("pt"));
        Assert.That(file.Tensors["conv1.weight"].Dimensions, Is.EqualTo(new[] { 64, 3, 7, 7 }));
        Assert.That(file.Tensors["conv1.weight"].Element, Is.EqualTo(WeightElement.Float16));
        Assert.That(file.Tensors["bn1.running_var"].ToFloats(), Is.All.EqualTo(1f));
        Assert.That(file.Tensors["fc.weight"].Dimensions, Is.EqualTo(new[] { 1000, deep ? 2048 : 512 }));
        Assert.That(file.Tensors, Has.Count.EqualTo(deep ? 267 : 102));
        Assert.That(file.Tensors["fc.weight"].ToFloats().Select(Math.Abs).Max(), Is.InRange(0.1f, 10f));
    }

    private static TestCaseData Case(string name, string header, int dataBytes, string reason) =>
        new TestCaseData(header, dataBytes, reason).SetArgDisplayNames(name);

    private static string F32(string name, string shape, long begin, long end) =>
        $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[{begin},{end}]}}";

    private static byte[] Build(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private WeightFileException Rejection(byte[] content)
    {
        string path = _folder.File("bad.safetensors", content);
        return Assert.Throws<WeightFileException>(() => WeightFile.Open(path).Dispose())!;
    }
}
