namespace ResNetVulkan.Demo;

/// <summary>A file as its publisher has it.</summary>
internal sealed record PublishedFile(string Name, long Bytes, string Sha256);

/// <summary>A file in a publisher's archive that a data set is read from.</summary>
/// <param name="Path">In the archive.</param>
/// <param name="Bytes">Its length; null for a short text.</param>
internal sealed record ArchiveMember(string Path, long? Bytes)
{
    private const long LongestText = 64 << 10;

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public bool MayHave(long length) => Bytes is { } bytes ? length == bytes : length is > 0 and <= LongestText;
}

/// <summary>A data set that anybody may download: from where, and what then lies in its folder.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Address">The folder of the files, with a slash at its end.</param>
/// <param name="Files">
/// What is downloaded. The publishers' pages name MD5 sums; these are the SHA-256 of the files that have them.
/// </param>
/// <param name="Members">What the one file of <paramref name="Files"/> is unpacked to; empty where it is not.</param>
internal sealed record PublishedSet(string Name, Uri Address, PublishedFile[] Files, ArchiveMember[] Members)
{
    /// <summary>All of them.</summary>
    public static PublishedSet[] All { get; } =
    [
        // yann.lecun.com, where MNIST was published, refuses downloads; this copy is the one that torchvision takes.
        new("mnist", new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        [
            new("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            new("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            new("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            new("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ], []),
        new("fashion-mnist", new Uri("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        [
            new("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            new("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            new("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            new("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ], []),
        new("cifar10", new Uri("https://www.cs.toronto.edu/~kriz/"),
            [new("cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")],
            [
                .. from batch in (string[])["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5",
                       "test_batch"]
                   select new ArchiveMember($"cifar-10-batches-bin/{batch}.bin", 30_730_000),
            ]),
        new("cifar100", new Uri("https://www.cs.toronto.edu/~kriz/"),
            [new("cifar-100-binary.tar.gz", 168_513_733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")],
            [
                new("cifar-100-binary/train.bin", 153_700_000), new("cifar-100-binary/test.bin", 30_740_000),
                new("cifar-100-binary/fine_label_names.txt", Bytes: null),
            ]),
    ];

    /// <summary>Where the set lies unless somebody says otherwise; null for a user without a home.</summary>
    public string? StandardFolder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string folder =
                OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support")
                : Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg
                : Path.Combine(home, ".local", "share");
            return Path.IsPathFullyQualified(folder) ? Path.Combine(folder, "resnetvulkan", Name) : null;
        }
    }
}
