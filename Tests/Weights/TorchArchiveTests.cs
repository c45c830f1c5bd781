using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Weights;

[TestFixture]
public sealed class TorchArchiveTests
{
    private static readonly TestCaseData[] BadPickles =
    [
        Pickle("cos\nsystem\n(X\x02\0\0\0ls" + "tR.", "asks for 'os.system'").SetArgDisplayNames("os.system"),
        Pickle("cbuiltins\neval\n.", "asks for 'builtins.eval'").SetArgDisplayNames("eval"),
        Pickle("ctorch\nFloatTensor\n.", "asks for 'torch.FloatTensor'").SetArgDisplayNames("an unlisted name of torch"),
        Pickle("ccollections\nOrderedDict\n(K\x01tR.", "rebuilds a value in a way").SetArgDisplayNames("OrderedDict(1)"),
        Pickle("K\x01)R.", "rebuilds a value in a way").SetArgDisplayNames("a number that is called"),
        Pickle("ctorch\nFloatStorage\n)R.", "rebuilds a value in a way").SetArgDisplayNames("a storage class that is called"),
        Pickle("i__main__\nf\n.", "opcode 0x69").SetArgDisplayNames("INST"),
        Pickle("\x81.", "opcode 0x81").SetArgDisplayNames("NEWOBJ"),
        Pickle("\x93.", "opcode 0x93").SetArgDisplayNames("STACK_GLOBAL"),
        Pickle("c" + new string('a', 500) + "\nb\n.", "more than 128 bytes").SetArgDisplayNames("a name without an end"),
        Pickle("N.", "holds no dict").SetArgDisplayNames("None"),
        Pickle("}K\x01K\x02s.", "a key that is not text").SetArgDisplayNames("number as a key"),
        Pickle("}X\x01\0\0\0aK\x02s.", "'a' is not a tensor").SetArgDisplayNames("number as a value"),
        Pickle(".", "takes a value where there is none").SetArgDisplayNames("nothing"),
        Pickle("}u.", "closes a container that it did not open").SetArgDisplayNames("items without a mark"),
        Pickle("}(K\x01u.", "a key without a value").SetArgDisplayNames("half an item"),
        Pickle("](K\x01K\x02u.", "of something that is not a dict").SetArgDisplayNames("items of a list"),
        Pickle("}K\x01" + "a.", "appends to something that is not a list").SetArgDisplayNames("append to a dict"),
        Pickle("}(K\x01\x86.", "takes values where there are none").SetArgDisplayNames("tuple across a mark"),
        Pickle("K\x01}b.", "sets the state of something that is not a dict").SetArgDisplayNames("state of a number"),
        Pickle("}r\xff\xff\xff\x7f.", "as number 2,147,483,647 after 0 others").SetArgDisplayNames("memo index of 2^31"),
        Pickle("}r\xff\xff\xff\xff.", "as number 4,294,967,295 after 0 others").SetArgDisplayNames("memo index of 2^32"),
        Pickle("h\x05.", "recalls number 5 of 0").SetArgDisplayNames("recall of nothing"),
        Pickle("X\xff\xff\xff\xff.", "4,294,967,295 bytes are wanted").SetArgDisplayNames("text of 4 GB"),
        Pickle("T\xff\xff\xff\xff.", "bytes are wanted").SetArgDisplayNames("text of -1 bytes"),
        Pickle("\x8a\xff.", "255 bytes are wanted").SetArgDisplayNames("integer of 255 bytes"),
        Pickle(new string('(', 20_000) + ".", "nests more than 16,384").SetArgDisplayNames("deep nesting of marks"),
        Pickle(new string('}', 20_000) + ".", "stacks more than 16,384").SetArgDisplayNames("deep stack"),
        Pickle("].", "holds no dict").SetArgDisplayNames("a list"),
        Pickle("}.}", "something follows the pickle").SetArgDisplayNames("a second value"),
        Pickle("}", "1 bytes are wanted, but only 0 are left").SetArgDisplayNames("no end"),
        Tensor("0", 3, "K\0", "K\x02", "K\x01", "lacks storage '0' of 12 bytes").SetArgDisplayNames("storage of another size"),
        Tensor("1", 2, "K\0", "K\x02", "K\x01", "lacks storage '1' of 8 bytes").SetArgDisplayNames("storage that is not there"),
        Tensor("../0", 2, "K\0", "K\x02", "K\x01", "lacks storage '../0'").SetArgDisplayNames("storage elsewhere"),
        Tensor("0", 2, "K\x01", "K\x02", "K\x01", "reaches beyond the 2 elements").SetArgDisplayNames("offset too far"),
        Tensor("0", 2, "J\xff\xff\xff\xff", "K\x02", "K\x01", "reaches beyond the 2 elements").SetArgDisplayNames("offset -1"),
        Tensor("0", 2, "K\0", "K\x02", "K\x02", "reaches beyond the 2 elements").SetArgDisplayNames("stride too far"),
        Tensor("0", 2, "K\0", "K\x02", "J\xff\xff\xff\xff", "not a natural number").SetArgDisplayNames("stride -1"),
        Tensor("0", 2, "K\0", "K\x02", "\x8a\x08\0\0\0\0\0\0\0\x7f", "reaches beyond").SetArgDisplayNames("stride of 2^63"),
        Tensor("0", 2, "K\0", "K\xc8", "K\0", "or has more elements than it").SetArgDisplayNames("expanded tensor"),
        Tensor("0", 2, "K\0", "J\xff\xff\xff\x7fJ\xff\xff\xff\x7f", "K\0K\0", "claims more").SetArgDisplayNames("tensor of 2^62"),
        Tensor("0", 2, "K\0", "K\x02K\x01", "K\x01", "2 extents and 1 strides").SetArgDisplayNames("extents without strides"),
        Tensor("0", 2, "K\0", "K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01", "K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01K\x01",
            "at most 8").SetArgDisplayNames("nine axes"),
        Tensor("0", 1_000_000_000, "K\0", "K\x02", "K\x01", "of this file's size").SetArgDisplayNames("storage of 4 GB"),
    ];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void The_legacy_archive_of_ResNet20_equals_its_safetensors_twin_bit_for_bit()
    {
        using WeightFile legacy = WeightFile.Open(TestData.Require("cifar10/resnet20-12fca82f.th"));
        using WeightFile twin = WeightFile.Open(TestData.Require("cifar10/resnet20_cifar10.safetensors"));
        Assert.That(legacy.Format, Is.EqualTo(WeightFormat.TorchLegacy));
        Assert.That(legacy.Tensors.Keys, Is.EqualTo(twin.Tensors.Keys));
        Assert.That(legacy.Tensors, Has.Count.EqualTo(97));
        AssertSame(legacy, twin);
    }

    [Test]
    public void ResNet32_has_its_names_and_dimensions()
    {
        using WeightFile file = WeightFile.Open(TestData.Require("cifar10/resnet32-d509ac18.th"));
        Assert.That(file.Tensors["conv1.weight"].Dimensions, Is.EqualTo(new[] { 16, 3, 3, 3 }));
        Assert.That(file.Tensors["layer3.4.bn2.running_var"].ToFloats(), Is.All.GreaterThan(0f));
        Assert.That(file.Tensors["linear.weight"].Dimensions, Is.EqualTo(new[] { 10, 64 }));
        Assert.That(file.Tensors, Has.Count.EqualTo(157));
    }

    [Test]
    public void A_real_archive_cut_anywhere_near_its_structure_is_rejected()
    {
        byte[] whole = File.ReadAllBytes(TestData.Require("cifar10/resnet20-12fca82f.th"));
        foreach (int length in Enumerable.Range(0, 200).Concat(Enumerable.Range(1, 60).Select(i => i * whole.Length / 61)))
            _ = Rejection(whole[..length]);
        _ = Rejection(whole[..^1]);
        _ = Rejection([.. whole, 0]);
    }

    [Test]
    public void What_PyTorch_saves_is_read_in_both_layouts()
    {
        string[] printed = Printed("make_archives.py", _folder.Path);
        Assert.That(printed, Has.Length.EqualTo(18 + 1500 + 7));
        foreach (string layout in (string[])["zip", "legacy"])
        {
            foreach (string prefix in (string[])["", "nested.", "model."])
            {
                using WeightFile file = WeightFile.Open(_folder.File(prefix + layout));
                Assert.That(file.Format, Is.EqualTo(layout == "zip" ? WeightFormat.TorchZip : WeightFormat.TorchLegacy));
                AssertPrinted(file, printed);
            }

            using WeightFile module = WeightFile.Open(_folder.File("module." + layout));
            Assert.That(module.Tensors.Keys, Does.Contain("1.num_batches_tracked").And.Contains("0.weight"));
        }
    }

    [Test]
    public void What_is_written_here_PyTorch_reads()
    {
        _ = Printed("make_archives.py", _folder.Path);
        using WeightFile file = WeightFile.Open(_folder.File("zip"));
        TorchArchive.Write(_folder.File("written"), file.Tensors.Values);
        AssertPrinted(file, Printed("read_archive.py", _folder.File("written")));

        using WeightFile written = WeightFile.Open(_folder.File("written"));
        Assert.That(written.Tensors.Keys, Is.EqualTo(file.Tensors.Keys));
        AssertSame(written, file);
    }

    [Test]
    public void Converting_there_and_back_keeps_every_bit()
    {
        Safetensors.Write(_folder.File("a"), SmallModel());
        using WeightFile a = WeightFile.Open(_folder.File("a"));
        TorchArchive.Write(_folder.File("b"), a.Tensors.Values);
        using WeightFile b = WeightFile.Open(_folder.File("b"));
        Safetensors.Write(_folder.File("c"), b.Tensors.Values);
        Assert.That(b.Format, Is.EqualTo(WeightFormat.TorchZip));
        Assert.That(File.ReadAllBytes(_folder.File("c")), Is.EqualTo(File.ReadAllBytes(_folder.File("a"))));

        TorchArchive.Write(_folder.File("again"), a.Tensors.Values);
        Assert.That(File.ReadAllBytes(_folder.File("again")), Is.EqualTo(File.ReadAllBytes(_folder.File("b"))), "the same file");
    }

    [Test]
    public void An_archive_cut_at_any_byte_is_rejected()
    {
        TorchArchive.Write(_folder.File("x"), SmallModel());
        byte[] whole = File.ReadAllBytes(_folder.File("x"));
        for (int length = 0; length < whole.Length; length++)
            _ = Rejection(whole[..length]);
        _ = Rejection([.. whole, 0]);
    }

    [TestCaseSource(nameof(BadPickles))]
    public void Rejects_a_pickle_that_is_more_or_less_than_a_state_dict(string pickle, string reason)
    {
        WeightFileException error = Rejection(Archive(pickle));
        Assert.That(error.Message, Does.StartWith("bad, byte ").And.Contain(reason));
    }

    [Test]
    public void Says_where_in_the_file_a_pickle_asks_for_what()
    {
        byte[] archive = Archive("cos\nsystem\n(X\x02\0\0\0ls" + "tR.");
        int at = archive.AsSpan().IndexOf("cos\nsystem"u8);
        WeightFileException error = Rejection(archive);
        Assert.That(error.Offset, Is.EqualTo(at));
        Assert.That(error.Message, Is.EqualTo($"bad, byte {at}: the pickle asks for 'os.system', which is not among the names "
            + "that a state dict needs. Nothing was called."));
    }

    [Test]
    public void Containers_that_hold_themselves_or_double_without_end_cost_nothing()
    {
        string itself = "}q\0X\x04\0\0\0selfh\0s.";
        Assert.That(Rejection(Archive(itself)).Message, Does.Contain("'self' is not a tensor"));

        // A list of two of the list before, sixty times: 2^60 leaves, if anything walked there.
        StringBuilder doubling = new("}X\x01\0\0\0a]q\0");
        for (int i = 0; i < 60; i++)
            doubling.Append($"](h{(char)i}h{(char)i}eq{(char)(i + 1)}\x86");
        Assert.That(Rejection(Archive(doubling + "s.")).Message, Does.Contain("'a' is not a tensor"));
    }

    [TestCase("]", "}a", TestName = "Dicts without end are stopped")]
    [TestCase("]", "]a", TestName = "Lists without end are stopped")]
    [TestCase("]", "K\x07" + "a", TestName = "Numbers without end are stopped")]
    [TestCase("]", "Na", TestName = "A list without end is stopped")]
    [TestCase("]", ")\x85\x85\x85" + "a", TestName = "Nested tuples without end are stopped")]
    [TestCase("]", "U\0a", TestName = "Texts without end are stopped")]
    [TestCase("}", "NNs", TestName = "A dict without end is stopped")]
    [TestCase("]ccollections\nOrderedDict\nq\0a", "h\0)Ra", TestName = "OrderedDicts without end are stopped")]
    public void Objects_by_the_million_are_stopped(string start, string repeated)
    {
        StringBuilder pickle = new(start);
        for (int i = 0; i < 400_000; i++)
            pickle.Append(repeated);
        byte[] archive = Archive(pickle.Append('.').ToString());
        string path = _folder.File("bad", archive);
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightFileException error = Assert.Throws<WeightFileException>(() => WeightFile.Open(path).Dispose())!;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(error.Message, Does.Contain("describing the tensors would take more than three times the file's"));
        Assert.That(allocated, Is.LessThan((4L * archive.Length) + (5 << 20)), "four times the file's length, and 5 MiB");
    }

    [Test]
    public void Rejects_compressed_entries_so_that_nothing_can_explode()
    {
        byte[] bomb = Zip(("archive/data.pkl", new byte[50_000_000], CompressionLevel.SmallestSize));
        Assert.That(bomb, Has.Length.LessThan(100_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        WeightFileException error = Rejection(bomb);
        Assert.That(error.Message, Does.Contain("'archive/data.pkl' is compressed (50,000,000 bytes to"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Rejects_entries_that_lie_on_top_of_each_other()
    {
        byte[] zip = Zip(
            ("archive/data.pkl", Pickled("}."), CompressionLevel.NoCompression),
            ("archive/data/0", new byte[1000], CompressionLevel.NoCompression));
        int second = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(second + 20), zip.Length);    // packed and unpacked size: as large as
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(second + 24), zip.Length);    // the file, beside the first entry
        Assert.That(Rejection(zip).Message, Does.Contain("'archive/data/0'").And.Contains("does not fit the file"));
    }

    [TestCase("two pickles", "holds 2 files named data.pkl")]
    [TestCase("no pickle", "holds 0 files named data.pkl")]
    [TestCase("the same entry twice", "has the entry 'archive/data/0' twice")]
    [TestCase("big-endian", "does not say that it is little-endian")]
    [TestCase("encrypted", "'archive/data.pkl' is encrypted")]
    [TestCase("more entries than there can be", "the zip archive claims 40,000 entries; at most 1 are possible.")]
    [TestCase("a directory that ends early", "longer than its entries")]
    [TestCase("no local header", "does not begin with its header")]
    public void Rejects_an_archive_that_no_torch_save_wrote(string what, string reason)
    {
        (string, byte[], CompressionLevel) pickle = ("archive/data.pkl", Pickled("}."), CompressionLevel.NoCompression);
        static (string, byte[], CompressionLevel) Entry(string name, string text) =>
            (name, Encoding.ASCII.GetBytes(text), CompressionLevel.NoCompression);
        byte[] zip = what switch
        {
            "two pickles" => Zip(pickle, Entry("other/data.pkl", "x")),
            "no pickle" => Zip(Entry("archive/version", "3")),
            "the same entry twice" => Zip(pickle, Entry("archive/data/0", "a"), Entry("archive/data/0", "b")),
            "big-endian" => Zip(pickle, Entry("archive/byteorder", "big")),
            "a directory that ends early" => Zip(pickle, Entry("archive/version", "3")),
            _ => Zip(pickle),
        };
        int directory = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        switch (what)
        {
            case "encrypted": zip[directory + 8] |= 1; break;
            case "more entries than there can be":
                BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(zip.Length - 12), 40_000);
                break;
            case "a directory that ends early": zip[^12] = 1; break;
            case "no local header": zip[directory + 42] = 1; break;
        }

        Assert.That(Rejection(zip).Message, Does.Contain(reason));
    }

    [Test]
    public void A_file_of_another_kind_is_named_as_such([Values(0, 1, 8, 9, 100)] int length) =>
        Assert.That(Rejection([.. Enumerable.Repeat((byte)'x', length)]).Message,
            Is.EqualTo("bad, byte 0: this is neither a safetensors file nor a PyTorch archive."));

    internal static WeightTensor[] SmallModel() =>
    [
        WeightTensor.FromFloats("conv.weight", [2, 1, 1, 2], [1, 2, 3, 4]),
        WeightTensor.FromFloats("conv.bias", [2], [5, float.NaN], WeightElement.Float16),
        WeightTensor.FromFloats("scale", [], [0.5f], WeightElement.BFloat16),
        WeightTensor.FromInteger("bn.num_batches_tracked", 77),
    ];

    private static string[] Printed(string script, string argument)
    {
        string text = Encoding.UTF8.GetString(Python.Run($"Tests/Weights/{script}", [argument]));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void AssertSame(WeightFile got, WeightFile wanted)
    {
        foreach ((string name, WeightTensor tensor) in wanted.Tensors)
        {
            Assert.That(got.Tensors[name].Dimensions, Is.EqualTo(tensor.Dimensions), name);
            Assert.That(got.Tensors[name].Element, Is.EqualTo(tensor.Element), name);
            Assert.That(got.Tensors[name].ToBytes().AsSpan().SequenceEqual(tensor.ToBytes()), Is.True, name);
        }
    }

    // Python prints doubles so that they read back exactly, and the values were at most doubles: rounding once to float is exact.
    private static void AssertPrinted(WeightFile file, string[] printed)
    {
        Assert.That(file.Tensors, Has.Count.EqualTo(printed.Length));
        foreach ((WeightTensor tensor, string line) in file.Tensors.Values.Zip(printed))
        {
            string[] fields = line.Split(' ');
            Assert.That(tensor.Name, Is.EqualTo(fields[0]));
            Assert.That($"torch.{tensor.Element}".ToLowerInvariant().Replace("boolean", "bool"), Is.EqualTo(fields[1]), line);
            Assert.That(string.Join('x', tensor.Dimensions), Is.EqualTo(fields[2]), tensor.Name);
            string[] values = fields[3..].Where(field => field.Length > 0).ToArray();
            Assert.That(tensor.ToFloats(), Is.EqualTo(values.Select(ParsePython)), tensor.Name);
        }
    }

    private static float ParsePython(string number) => number switch
    {
        "inf" => float.PositiveInfinity,
        "-inf" => float.NegativeInfinity,
        "nan" => float.NaN,
        _ => (float)double.Parse(number),
    };

    private static TestCaseData Pickle(string pickle, string reason) => new(pickle, reason);

    private static TestCaseData Tensor(string key, int count, string offset, string size, string stride, string reason) =>
        new("}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"
            + $"X{(char)key.Length}\0\0\0{key}X\x03\0\0\0cpuJ{Bytes(count)}tQ{offset}({size}t({stride}t\x89}}tRs.", reason);

    private static string Bytes(int value) =>
        string.Concat((char)(value & 255), (char)(value >> 8 & 255), (char)(value >> 16 & 255), (char)(value >> 24 & 255));

    // A zip archive as torch.save makes it, of this pickle (one char a byte, no header) and a storage '0' of eight bytes.
    private static byte[] Archive(string pickle) => Zip(
        ("archive/data.pkl", Pickled(pickle), CompressionLevel.NoCompression),
        ("archive/data/0", new byte[8], CompressionLevel.NoCompression));

    private static byte[] Pickled(string pickle) => [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)];

    private static byte[] Zip(params (string Name, byte[] Content, CompressionLevel Level)[] entries)
    {
        using MemoryStream memory = new();
        using (ZipArchive zip = new(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content, CompressionLevel level) in entries)
            {
                using Stream stream = zip.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }

    private WeightFileException Rejection(byte[] content)
    {
        string path = _folder.File("bad", content);
        return Assert.Throws<WeightFileException>(() => WeightFile.Open(path).Dispose())!;
    }
}
