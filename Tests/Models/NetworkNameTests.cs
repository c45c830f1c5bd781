using System.Diagnostics;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Models;

namespace ResNetVulkan.Tests.Models;

/// <summary>Networks that their names state.</summary>
[TestFixture]
public sealed class NetworkNameTests
{
    // What is said, and the shortest way to say it.
    [TestCase("resnet:bottleneck:3,4,6,3", "resnet50")]
    [TestCase("resnet:basic:2,2,2,2", "resnet18")]
    [TestCase("resnet:basic:1,1,1,1", "resnet:basic:1,1,1,1")]
    [TestCase("RESNET:Basic:1,2:Width=16:STEM=3X3:size=32", "resnet:basic:1,2:stem=3x3:width=16:size=32")]
    [TestCase("resnet50:groups=32x4", "resnext50-32x4d")]
    [TestCase("resnet50:groups=1x128", "wide-resnet50-2")]
    [TestCase("wide_resnet50_2:groups=1x64", "resnet50")]
    [TestCase("resnet152:v1:classes=10", "resnet152-v1:classes=10")]
    [TestCase("resnet34:plain", "plain34")]
    [TestCase("resnet34:order=original:shortcut=B:stem=7x7:width=64", "resnet34")]
    [TestCase("resnet34:order=full", "preresnet34")]
    [TestCase("preresnet34:order=relu-only", "resnet34:order=relu-only")]
    [TestCase("resnet34:classes=10:stem=d:shortcut=c:zero", "resnet34:shortcut=C:stem=D:zero:classes=10")]
    [TestCase("resnet18:channels=1:size=96:shortcut=conv", "resnet18:shortcut=conv:channels=1:size=96")]
    [TestCase("d2l-resnet:basic:2,2,2,2", "d2l-resnet18")]
    [TestCase("d2l-resnet:bottleneck:2,2,2,2", "d2l-resnet:bottleneck:2,2,2,2")]
    [TestCase("cifar-resnet74", "cifar-resnet74")]
    [TestCase("cifar_resnet20:basic", "cifar-resnet20")]
    [TestCase("cifar-resnet20:bottleneck", "cifar-resnet20:bottleneck")]
    [TestCase("cifar-resnet29", "cifar-resnet29")]
    [TestCase("cifar-resnet29:bottleneck", "cifar-resnet29")]
    [TestCase("cifar-resnet164:basic", "cifar-resnet164:basic")]
    [TestCase("cifar-resnet164:bottleneck", "cifar-resnet164")]
    [TestCase("cifar-resnet32:plain:shortcut=A", null)]
    [TestCase("cifar-resnet32:plain", "cifar-plain32")]
    [TestCase("cifar-plain56:classes=100", "cifar-plain56:classes=100")]
    [TestCase("cifar-resnet38:order=full:shortcut=B", "cifar-preresnet38:shortcut=B")]
    [TestCase("shapes-resnet12:shortcut=B", "shapes-resnet12:shortcut=B")]
    [TestCase("vgg:1,1,2,2,2", "vgg11")]
    [TestCase("vgg:1,1,2,2,2:bn", "vgg11-bn")]
    [TestCase("vgg:1x64,1x128,2x256,2x512,2x512", "vgg11")]
    [TestCase("d2l-vgg:1x16,1x32,2x64,2x128,2x128", "d2l-vgg11:width=16")]
    [TestCase("d2l-vgg:1x16,1x48:size=28", "d2l-vgg:1x16,1x48:size=28")]
    [TestCase("vgg16:width=8:size=32", "vgg16:width=8:size=32")]
    public void A_stated_network_is_called_by_the_shortest_name_that_finds_it_again(string name, string? canonical)
    {
        if (canonical is null)
        {
            Assert.That(() => NetworkConfig.Find(name), Throws.ArgumentException);
            return;
        }
        NetworkConfig net = NetworkConfig.Find(name), again = NetworkConfig.Find(canonical);
        Assert.That(net.Name, Is.EqualTo(canonical));
        Assert.That(again.Name, Is.EqualTo(canonical));
        AssertSame(again, net);
    }

    [TestCase("cifar-resnet74", ResNetBlock.Basic, 12)]
    [TestCase("cifar-resnet20", ResNetBlock.Basic, 3)]
    [TestCase("cifar-resnet20:bottleneck", ResNetBlock.Bottleneck, 2)]
    [TestCase("cifar-preresnet29", ResNetBlock.Bottleneck, 3)]
    [TestCase("cifar-plain8", ResNetBlock.Basic, 1)]
    [TestCase("cifar-resnet164", ResNetBlock.Bottleneck, 18)]
    public void A_CIFAR_net_of_any_depth_has_three_equal_stages(string name, ResNetBlock block, int depth)
    {
        ResNetConfig net = (ResNetConfig)NetworkConfig.Find(name);
        Assert.That((net.Block, string.Join(',', net.Depths)), Is.EqualTo((block, $"{depth},{depth},{depth}")));
        Assert.That(net.IsPlain, Is.EqualTo(name.Contains("plain")));
        Assert.That(net.Ordering == ResNetOrdering.PreActivation, Is.EqualTo(name.Contains("pre")));
        Assert.That((net.Width, net.Classes, net.ImageSize, net.Stem), Is.EqualTo((16, 10, 32, ResNetStem.Cifar)));
    }

    [Test]
    public void Options_do_what_they_say()
    {
        ResNetConfig net = (ResNetConfig)NetworkConfig.Find(
            "resnet:bottleneck:1,2,1:order=bn-after-add:shortcut=C:stem=3x3s2:width=24:groups=3x32:v1:classes=7:channels=1:" +
            "size=48");
        AssertSame(net, new ResNetConfig
        {
            Name = net.Name, Block = ResNetBlock.Bottleneck, Depths = [1, 2, 1], Ordering = ResNetOrdering.NormAfterAddition,
            ProjectsAlways = true, Stem = ResNetStem.Strided, Width = 24, Groups = 3, GroupWidth = 32, StrideOnFirst = true,
            Classes = 7, ImageChannels = 1, ImageSize = 48, CropsPhotos = true,
        });
        Assert.That(NetworkConfig.Find("resnet18:zero").Initialization.HasZeroLastNorms);
        Assert.That(NetworkConfig.Find("resnet18:order=relu-only:zero").Initialization.HasZeroLastNorms);
    }

    private static readonly string[][] Wrong =
    [
        ["resnet18:", "Model 'resnet18:': it has no option ''. Its options: plain, order=original|bn-after-add|"],
        ["resnet18:bn", "no option 'bn'"],
        ["resnet18:groups=2x64", "no option 'groups'"],
        ["vgg11:zero", "no option 'zero'. Its options: width=N (1 to 4,096), bn, classes=N (1 to 1,000,000), channels=1|3, si"],
        ["resnet18:width=0", "'width=0' is not width=N (1 to 4,096)."],
        ["resnet18:width=4097", "'width=4097' is not width=N (1 to 4,096)."],
        ["resnet18:width=99999999999", "'width=99999999999' is not width=N (1 to 4,096)."],
        ["resnet18:classes=1000001", "is not classes=N (1 to 1,000,000)."],
        ["resnet18:size=4097", "is not size=N (1 to 4,096)."],
        ["resnet18:channels=2", "is not channels=1|3."],
        ["resnet18:order=v2", "is not order=original|bn-after-add|relu-before-add|relu-only|full."],
        ["resnet50:groups=32", "'groups=32' is not groups=GxW (each 1 to 1,024)."],
        ["resnet18:plain=1", "'plain=1' is not plain."],
        ["resnet18:width=8:width=8", "width is there twice."],
        ["resnet18:plain:shortcut=A", "a plain network has no shortcuts."],
        ["resnet18:zero:order=full", "zero needs shortcuts, and a last batch norm right before the addition"],
        ["resnet18:zero:order=relu-before-add", "zero needs shortcuts"],
        ["resnet18:zero:plain", "zero needs shortcuts"],
        ["resnet18:width=9:shortcut=A", "and 9 is odd."],
        ["resnet18:width=9:stem=D", "and 9 is odd."],
        ["resnet50:width=3:groups=4x16", "3 channels leave none for groups of 16 per 64."],
        ["resnet152:width=4096", "its widest layer has 131,072 channels; at most 65,536."],
        ["resnet50:groups=1024x1024", "its widest layer has 8,388,608 channels; at most 65,536."],
        ["resnet:basic:500,500,500,500:width=4096", "parameters; at most 10,000,000,000."],
        ["resnet:basic:1,1,1,1,1,1,1,1,1", "it has 9 stages; at most 8."],
        ["resnet:basic:2000,1", "it has 2,001 blocks; at most 2,000."],
        ["resnet:basic:2001", "'2001' is not a stage's depth, which is from 1 to 2,000."],
        ["resnet:basic:2,-1", "'-1' is not a stage's depth, which is from 1 to 2,000."],
        ["resnet:basic:", "'' is not a stage's depth"],
        ["resnet:3,4,6,3", "its block and depths come first, as in resnet:basic:2,2,2,2 or resnet:bottleneck:3,4,6,3."],
        ["vgg:1x", "'' is not a stage's channels, which is from 1 to 4,096."],
        ["vgg:1x8,1", "'' is not a stage's channels"],
        ["vgg:1x8x8", "'8x8' is not a stage's channels"],
        ["vgg:1x8,1x9:width=8", "no option 'width'"],
        ["vgg:1,1:size=4096", "the linear layers would see (1, 128, 1024, 1024); at most 16,777,216 numbers fit."],
        ["vgg11:size=16", "a window of 2x2 does not fit an image of 1x1"],
        ["cifar-resnet21", "21 layers are not 6n + 2 or 9n + 2; near: cifar-resnet20, cifar-resnet26."],
        ["cifar-resnet33", "33 layers are not 6n + 2 or 9n + 2; near: cifar-resnet29, cifar-resnet32."],
        ["cifar-preresnet26:bottleneck", "26 layers are not 9n + 2; near: cifar-preresnet20, cifar-preresnet29."],
        ["cifar-plain1", "1 layers are not 6n + 2 or 9n + 2; near: cifar-plain8, cifar-plain11."],
        ["cifar-resnet0", "'0' is not the depth, which is from 1 to 6,000."],
        ["cifar-resnet5996", "it has 2,997 blocks; at most 2,000."],
        ["vgg:1999,2", "it has 2,001 blocks; at most 2,000."],
        ["cifar-resnet6001", "'6001' is not the depth, which is from 1 to 6,000."],
    ];

    [TestCaseSource(nameof(Wrong))]
    public void What_is_wrong_is_said_with_its_value_and_bound(string name, string sentence)
    {
        string message = Assert.Throws<ArgumentException>(() => NetworkConfig.Find(name))!.Message;
        Assert.That(message, Does.StartWith($"Model '{name}': ").And.Contain(sentence).And.EndsWith("."));
    }

    [Test]
    public void A_name_without_end_is_neither_read_nor_quoted()
    {
        foreach (string name in new[] { $"resnet18:{new string('a', 1 << 20)}", new string('r', 1 << 20) })
        {
            string message = Assert.Throws<ArgumentException>(() => NetworkConfig.Find(name))!.Message;
            Assert.That(message, Has.Length.LessThan(200));
        }
    }

    [Test]
    public void Weights_name_their_network_and_a_trained_one_says_its_data_itself()
    {
        NetworkConfig net = NetworkConfig.Find("resnet:basic:1,2:width=8:classes=5:size=64:channels=1");
        ModelCard read = ModelCard.Of(ModelCard.For(net).ToMetadata(), NetworkConfig.Find("resnet18"));
        Assert.That(read.Network.Name, Is.EqualTo("resnet:basic:1,2:width=8"));
        AssertSame(read.Network with { Name = net.Name }, net);
        Assert.That(net.For(3, 32, 10).Name, Is.EqualTo("resnet:basic:1,2:width=8"));

        Dictionary<string, string> hostile = new() { ["model"] = "resnet:basic:2000,2000" };
        Assert.That(
            Assert.Throws<InvalidDataException>(() => ModelCard.Of(hostile, net))!.Message,
            Is.EqualTo("The weights' metadata names a network that there is not. Model 'resnet:basic:2000,2000': it has 4,000 " +
                "blocks; at most 2,000."));
    }

    [Test]
    public void Ten_thousand_mutated_names_are_refused_by_a_sentence_or_laid_out_in_no_time()
    {
        string[] seeds =
        [
            "resnet:bottleneck:3,4,6,3:order=full:shortcut=A", "resnet50:width=64:groups=32x4:v1:zero:classes=10",
            "cifar-preresnet110:bottleneck:channels=1:size=28", "cifar-resnet74", "vgg:1,1,2,2,2:bn:size=224",
            "d2l-vgg:1x16,2x64:size=64", "d2l-resnet:basic:2,2,2,2:stem=D:order=relu-only",
            "resnet:basic:90,90,1,1:width=64:size=4096",
        ];
        string[] pieces =
        [
            .. seeds.SelectMany(seed => seed.Split(':')), "=", ",", ":", "x", "0", "9", "-", "65536", "2000", "é", "\0",
            ":stem=3x3", ":zero", ":order=bn-after-add", ":shortcut=C",
        ];
        RandomKey key = new(11);
        uint drawn = 0;
        int Draw(int most) => (int)(key.Uniform(drawn++) * most);

        int accepted = 0;
        (TimeSpan Time, string Name) slowest = default;
        Stopwatch watch = new();
        for (int i = 0; i < 10_000; i++)
        {
            string name = seeds[Draw(seeds.Length)];
            for (int change = Draw(4); change >= 0; change--)
            {
                int at = Draw(name.Length + 1), cut = Math.Min(Draw(4), name.Length - at);
                string piece = Draw(3) == 0 ? "" : pieces[Draw(pieces.Length)];
                name = name[..at] + piece + name[(at + (Draw(2) == 0 ? cut : 0))..];
                if (Draw(4) == 0) name += $":{pieces[Draw(pieces.Length)]}";
            }
            watch.Restart();
            try
            {
                NetworkConfig net = NetworkConfig.Find(name);
                accepted++;
                NetworkConfig again = NetworkConfig.Find(net.Name);
                Assert.That(again.Name, Is.EqualTo(net.Name), name);
                if (Blocks(net) < 100) AssertSame(again, net);
            }
            catch (ArgumentException error) when (error.GetType() == typeof(ArgumentException))
            {
                Assert.That(error.Message, Does.EndWith(".").And.Length.LessThan(500), name);
            }
            if (watch.Elapsed > slowest.Time) slowest = (watch.Elapsed, name);
        }
        TestContext.Out.WriteLine(
            $"{accepted:N0} accepted; the slowest took {slowest.Time.TotalMilliseconds:F0} ms: {slowest.Name}");
        Assert.That(accepted, Is.InRange(500, 9500), "the mutations are neither all harmless nor all absurd");
        // Found, laid out and found again, by a busy machine; alone it takes a tenth.
        Assert.That(slowest.Time, Is.LessThan(TimeSpan.FromSeconds(5)), slowest.Name);
    }

    // The most blocks that are accepted.
    [TestCase("cifar-resnet3998")]
    [TestCase("cifar-preresnet5996:bottleneck")]
    [TestCase("resnet:bottleneck:2000:order=full:width=16:groups=16x4:size=4096")]
    [TestCase("vgg:2000:bn:width=1:size=256")]
    public void The_deepest_networks_are_laid_out_in_no_time(string name)
    {
        Stopwatch watch = Stopwatch.StartNew();
        NetworkConfig net = NetworkConfig.Find(name);
        TestContext.Out.WriteLine($"{net.Name}: {watch.Elapsed.TotalMilliseconds:F0} ms");
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    private static int Blocks(NetworkConfig net) =>
        net is ResNetConfig resNet ? resNet.Depths.Sum() : ((VggConfig)net).Depths.Sum();

    // Lists are equal by what they hold, and shortcuts that a plain network lacks by nothing.
    private static void AssertSame(NetworkConfig a, NetworkConfig b)
    {
        Assert.That(Graphs(a), Is.EqualTo(Graphs(b)));
        Assert.That(
            (a.Name, a.Classes, a.ImageChannels, a.ImageSize, a.CropsPhotos, a.Initialization),
            Is.EqualTo((b.Name, b.Classes, b.ImageChannels, b.ImageSize, b.CropsPhotos, b.Initialization)));

        static string[] Graphs(NetworkConfig net)
        {
            Graph graph = new();
            net.Append(graph, graph.Input("image", new(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize))));
            return [.. graph.Nodes.Select(node => $"{node.Name} {node.Op} {node.Outputs[0].Shape} {node.Inputs[0].Name}")];
        }
    }
}
