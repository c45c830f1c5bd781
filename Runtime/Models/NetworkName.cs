using System.Globalization;
using ResNetVulkan.Graphs;

namespace ResNetVulkan.Models;

/// <summary>
/// Networks that a name states: a known network or blocks by hand, then options behind colons, such as
/// "resnet50:plain:classes=10", "resnet:bottleneck:3,4,6,3", "cifar-resnet74" or "vgg:1x64,2x96:bn".
/// </summary>
/// <remarks>
/// Weights from strangers name their networks. So every number has a bound, and a network that no row of a table has is laid out
/// once before it is believed.
/// </remarks>
internal static class NetworkName
{
    private const int LongestName = 200, MostStages = 8, MostBlocks = 2000, MostWidth = 4096, MostChannels = 65536;
    private const int MostGroups = 1024, MostClasses = 1_000_000, MostPixels = 4096;
    private const long MostParameters = 10_000_000_000;

    private static readonly string[] Data = ["classes", "channels", "size"];
    private static readonly string[] CifarFamilies = ["cifar-resnet", "cifar-preresnet", "cifar-plain"];

    // In the order in which a name has them.
    private static readonly Option[] Options =
    [
        Flag<ResNetConfig>("plain", net => net.IsPlain, net => net with { IsPlain = true }),
        Choice<ResNetConfig>(
            "order", ["original", "bn-after-add", "relu-before-add", "relu-only", "full"],
            net => (int)net.Ordering, (net, index) => net with { Ordering = (ResNetOrdering)index }),
        Choice<ResNetConfig>(
            "shortcut", ["A", "B", "conv", "C"], net => net.ProjectsAlways ? 3 : (int)net.Shortcut,
            (net, index) => net with
            {
                Shortcut = index == 3 ? ResNetShortcut.Projection : (ResNetShortcut)index, ProjectsAlways = index == 3,
            }),
        Choice<ResNetConfig>(
            "stem", ["7x7", "3x3", "3x3s2", "D"], net => (int)net.Stem, (net, index) => net with { Stem = (ResNetStem)index }),
        Number<ResNetConfig>("width", MostWidth, net => net.Width, (net, width) => net with { Width = width }),
        new("groups", $"groups=GxW (each 1 to {MostGroups:N0})", IsBottleneck, StateGroups, SetGroups),
        Flag<ResNetConfig>("v1", net => net.StrideOnFirst, net => net with { StrideOnFirst = true }) with { Fits = IsBottleneck },
        Flag<ResNetConfig>(
            "zero", net => net.Initialization.HasZeroLastNorms,
            net => net with { Initialization = net.Initialization with { HasZeroLastNorms = true } }),
        Number<VggConfig>("width", MostWidth, net => net.Width, (net, width) => net with { Width = width }) with
        {
            Fits = net => net is VggConfig { Channels: null },
        },
        Flag<VggConfig>("bn", net => net.HasNorms, net => net with { HasNorms = true }),
        Number<NetworkConfig>("classes", MostClasses, net => net.Classes, (net, classes) => net with { Classes = classes }),
        Choice<NetworkConfig>(
            "channels", ["1", "3"], net => net.ImageChannels / 2, (net, index) => net with { ImageChannels = 2 * index + 1 }),
        Number<NetworkConfig>("size", MostPixels, net => net.ImageSize, (net, size) => net with { ImageSize = size }),
    ];

    /// <summary>The network that a name states, called by the shortest name that states the same; null where none is.</summary>
    /// <exception cref="ArgumentException">It begins as a network's name does; the message says what is wrong then.</exception>
    public static NetworkConfig? Find(string name)
    {
        string[] words = name.ToLowerInvariant().Split(':');
        string head = words[0].Replace('_', '-');
        if (words is [_] && Known(head) is { } known) return known;

        List<string> options = [.. words.Skip(1)];
        try
        {
            NetworkConfig? net = ByHand(head, options) ?? Cifar(head, options) ?? Known(head);
            if (net is null) return null;
            if (name.Length > LongestName) throw Refused($"it has {name.Length:N0} characters; at most {LongestName} are read");
            net = With(net, options);
            Require(net);
            return net with { Name = Spell(net) };
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"Model '{Short(name)}': {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>A name that no longer says what data its network is for.</summary>
    public static string WithoutData(string name) =>
        string.Join(':', name.Split(':').Where(word => !Data.Contains(word.Split('=')[0])));

    /// <summary>A name as messages quote it.</summary>
    public static string Short(string name) => name.Length <= 60 ? name : $"{name.AsSpan(0, 60)}…";

    private static NetworkConfig? Known(string head) => NetworkConfig.All.FirstOrDefault(net => net.Name == head);

    // "resnet:bottleneck:3,4,6,3" and "vgg:1,1,2,2,2" or "vgg:1x64,2x96": what follows the head is taken off the options.
    private static NetworkConfig? ByHand(string head, List<string> options)
    {
        if (options.Count == 0 || head is not ("resnet" or "d2l-resnet" or "vgg" or "d2l-vgg")) return null;
        if (head.EndsWith("vgg", StringComparison.Ordinal))
        {
            string[][] stages = [.. options[0].Split(',').Select(stage => stage.Split('x'))];
            options.RemoveAt(0);
            int[] depths = Depths([.. stages.Select(stage => stage[0])]);
            if (stages.All(stage => stage.Length == 1)) return VggConfig.Stated(head, depths);
            return VggConfig.Stated(
                head, depths, [.. stages.Select(stage => Read("a stage's channels", string.Join('x', stage[1..]), MostWidth))]);
        }
        if (Block(options[0]) is not { } block || options.Count == 1)
            throw Refused($"its block and depths come first, as in {head}:basic:2,2,2,2 or {head}:bottleneck:3,4,6,3");
        string list = options[1];
        options.RemoveRange(0, 2);
        return ResNetConfig.Stated(head, block, Depths(list.Split(',')));
    }

    // "cifar-resnet74", and "cifar-resnet20:bottleneck" where the depth leaves the choice.
    private static ResNetConfig? Cifar(string head, List<string> options)
    {
        string? family = Array.Find(CifarFamilies, family => head.StartsWith(family, StringComparison.Ordinal));
        if (family is null || head.Length == family.Length || !head.Skip(family.Length).All(char.IsAsciiDigit)) return null;

        int layers = Read("the depth", head[family.Length..], 3 * MostBlocks);
        string? stated = options.Find(option => Block(option) is not null);
        if (stated is not null) options.Remove(stated);
        ResNetBlock block = Block(stated) ?? ResNetConfig.CifarBlock(layers);
        int period = ResNetConfig.CifarPeriod(block);
        if (layers > period && (layers - 2) % period == 0) return Cifar(family, layers, block);

        int[] periods = stated is null ? [6, 9] : [period];
        IEnumerable<int> depths = periods.SelectMany(
            each => Enumerable.Range((layers - 2) / each, 3).Where(n => n > 0).Select(n => n * each + 2));
        int[] near = [.. depths.Distinct().OrderBy(depth => Math.Abs(depth - layers)).Take(2).Order()];
        throw Refused(
            $"{layers} layers are not {string.Join(" or ", periods.Select(each => $"{each}n + 2"))}; near: " +
            $"{family}{near[0]}, {family}{near[1]}");
    }

    private static ResNetConfig Cifar(string family, int layers, ResNetBlock block)
    {
        ResNetConfig net = ResNetConfig.Cifar(layers, block);
        return family switch
        {
            "cifar-preresnet" => ResNetConfig.PreActivated(net),
            "cifar-plain" => ResNetConfig.Plain(net),
            _ => net,
        };
    }

    private static NetworkConfig With(NetworkConfig net, List<string> options)
    {
        NetworkConfig result = net;
        HashSet<string> seen = [];
        foreach (string word in options)
        {
            string[] parts = word.Split('=', 2);
            Option option = Array.Find(Options, option => option.Key == parts[0] && option.Fits(net)) ?? throw Refused(
                $"it has no option '{Short(parts[0])}'. Its options: " +
                string.Join(", ", Options.Where(option => option.Fits(net)).Select(option => option.Form)));
            if (!seen.Add(option.Key)) throw Refused($"{option.Key} is there twice");
            result = option.Set(result, parts.ElementAtOrDefault(1)) ?? throw Refused($"'{Short(word)}' is not {option.Form}");
        }
        if (result is ResNetConfig { IsPlain: true } && seen.Contains("shortcut"))
            throw Refused("a plain network has no shortcuts");
        return result;
    }

    // What no single option can know.
    private static void Require(NetworkConfig net)
    {
        int blocks = (net is VggConfig vgg ? vgg.Depths : ((ResNetConfig)net).Depths).Sum();
        if (blocks > MostBlocks) throw Refused($"it has {blocks:N0} blocks; at most {MostBlocks:N0}");
        if (net is ResNetConfig resNet)
        {
            long widest = (long)resNet.Width << (resNet.Depths.Count - 1), inner = (long)resNet.Width * resNet.GroupWidth / 64;
            if (resNet.Block == ResNetBlock.Bottleneck)
                widest = Math.Max(4 * widest, widest * resNet.GroupWidth / 64 * resNet.Groups);
            if (widest > MostChannels) throw Refused($"its widest layer has {widest:N0} channels; at most {MostChannels:N0}");
            if (inner == 0) throw Refused($"{resNet.Width} channels leave none for groups of {resNet.GroupWidth} per 64");
            bool isHalved = resNet is { Stem: ResNetStem.Deep } or { Shortcut: ResNetShortcut.Padding, IsPlain: false };
            if (isHalved && resNet.Width % 2 != 0)
                throw Refused($"its stem or shortcuts halve the width, and {resNet.Width} is odd");
            // Elsewhere a ReLU follows the norm, which passes no gradient at 0, or nothing passes the norm by.
            bool canBeZero = resNet is
            {
                IsPlain: false, Ordering: ResNetOrdering.Original or ResNetOrdering.ReluOnlyPreActivation,
            };
            if (resNet.Initialization.HasZeroLastNorms && !canBeZero)
            {
                throw Refused(
                    "zero needs shortcuts, and a last batch norm right before the addition (order=original or relu-only); this " +
                    "one's blocks would never learn");
            }
        }
        Graph graph = new();
        net.Append(graph, graph.Input("image", new TensorType(new Shape(1, net.ImageChannels, net.ImageSize, net.ImageSize))));
        long parameters = graph.Parameters.Sum(parameter => parameter.Shape.Count);
        if (parameters > MostParameters) throw Refused($"it has {parameters:N0} parameters; at most {MostParameters:N0}");
    }

    // The table's names come before those by hand, which have more colons.
    private static string Spell(NetworkConfig net) =>
        Alike(net).Select(other => Spell(net, other)).OfType<string>().MinBy(name => name.Count(letter => letter == ':'))!;

    // The name of another network and the options that make this one of it, if there are such.
    private static string? Spell(NetworkConfig net, NetworkConfig other)
    {
        (string name, NetworkConfig made) = (other.Name, other);
        foreach (Option option in Options.Where(option => option.Fits(net)))
        {
            string? text = option.State(net);
            bool isIdle = net is ResNetConfig { IsPlain: true } && option.Key == "shortcut";
            if (isIdle || text == option.State(other)) continue;
            if (text is null) return null;
            name += $":{text}";
            made = option.Set(made, text.Split('=').ElementAtOrDefault(1))!;
        }
        return Nameless(made, net) == Nameless(net, net) ? name : null;
    }

    // Networks of the same blocks: what options don't say.
    private static IEnumerable<NetworkConfig> Alike(NetworkConfig net)
    {
        if (net is VggConfig vgg)
        {
            return VggConfig.Known.Where(known => vgg.Channels is null && known.Depths.SequenceEqual(vgg.Depths))
                .Append(VggConfig.Stated("vgg", vgg.Depths, vgg.Channels))
                .Append(VggConfig.Stated("d2l-vgg", vgg.Depths, vgg.Channels));
        }
        ResNetConfig resNet = (ResNetConfig)net;
        int layers = ResNetConfig.CifarPeriod(resNet.Block) * resNet.Depths[0] + 2;
        bool isCifar = resNet.Depths.Count == 3 && resNet.Depths.All(depth => depth == resNet.Depths[0]);
        return ResNetConfig.Known.Where(known => known.Block == resNet.Block && known.Depths.SequenceEqual(resNet.Depths))
            .Concat(isCifar ? CifarFamilies.Select(family => Cifar(family, layers, resNet.Block)) : [])
            .Append(ResNetConfig.Stated("resnet", resNet.Block, resNet.Depths))
            .Append(ResNetConfig.Stated("d2l-resnet", resNet.Block, resNet.Depths));
    }

    // Lists are compared by reference, and a plain network's shortcuts not at all.
    private static NetworkConfig Nameless(NetworkConfig net, NetworkConfig lists) => (net, lists) switch
    {
        (ResNetConfig resNet, ResNetConfig other) => resNet with
        {
            Name = "", Depths = other.Depths, Shortcut = resNet.IsPlain ? default : resNet.Shortcut,
            ProjectsAlways = !resNet.IsPlain && resNet.ProjectsAlways,
        },
        (VggConfig vgg, VggConfig other) => vgg with { Name = "", Depths = other.Depths, Channels = other.Channels },
        _ => net,
    };

    private static int[] Depths(string[] stages)
    {
        if (stages.Length > MostStages) throw Refused($"it has {stages.Length:N0} stages; at most {MostStages}");
        return [.. stages.Select(stage => Read("a stage's depth", stage, MostBlocks))];
    }

    private static ResNetBlock? Block(string? word) => word switch
    {
        "basic" => ResNetBlock.Basic,
        "bottleneck" => ResNetBlock.Bottleneck,
        _ => null,
    };

    private static int Read(string what, string text, int most) =>
        Number(text, most) ?? throw Refused($"'{Short(text)}' is not {what}, which is from 1 to {most:N0}");

    private static int? Number(string? text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most
            ? number : null;

    private static ArgumentException Refused(string why) => new(why);

    private static bool IsBottleneck(NetworkConfig net) => net is ResNetConfig { Block: ResNetBlock.Bottleneck };

    private static string? StateGroups(NetworkConfig net) =>
        net is ResNetConfig resNet ? $"groups={resNet.Groups}x{resNet.GroupWidth}" : null;

    private static ResNetConfig? SetGroups(NetworkConfig net, string? text)
    {
        string[] parts = (text ?? "").Split('x');
        return parts.Length == 2 && Number(parts[0], MostGroups) is { } groups && Number(parts[1], MostGroups) is { } width
            ? (ResNetConfig)net with { Groups = groups, GroupWidth = width } : null;
    }

    private static Option Flag<T>(string key, Func<T, bool> get, Func<T, T> set) where T : NetworkConfig => new(
        key, key, net => net is T, net => get((T)net) ? key : null, (net, text) => text is null ? set((T)net) : null);

    private static Option Number<T>(string key, int most, Func<T, int> get, Func<T, int, T> set) where T : NetworkConfig => new(
        key, $"{key}=N (1 to {most:N0})", net => net is T, net => $"{key}={get((T)net)}",
        (net, text) => Number(text, most) is { } number ? set((T)net, number) : null);

    private static Option Choice<T>(string key, string[] words, Func<T, int> get, Func<T, int, T> set)
        where T : NetworkConfig => new(
        key, $"{key}={string.Join('|', words)}", net => net is T, net => $"{key}={words[get((T)net)]}",
        (net, text) => Array.FindIndex(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and int index
            ? set((T)net, index) : null);

    /// <summary>One option of a name.</summary>
    /// <param name="Key">What stands before the equals sign, or alone.</param>
    /// <param name="Form">How it is written, for messages.</param>
    /// <param name="Fits">Which networks have it.</param>
    /// <param name="State">How a name says what a network has; null where it is what no name says.</param>
    /// <param name="Set">The network with the text behind the equals sign; null where that is none of the form.</param>
    private sealed record Option(
        string Key, string Form, Func<NetworkConfig, bool> Fits, Func<NetworkConfig, string?> State,
        Func<NetworkConfig, string?, NetworkConfig?> Set);
}
