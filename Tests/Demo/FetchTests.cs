using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Demo;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Demo;

/// <summary>Downloads from a server on this machine: whole, resumed, cut off, and of the wrong bytes.</summary>
[TestFixture]
public sealed class FetchTests
{
    private static readonly byte[] Content = Bytes("content", 400_000);
    private static readonly PublishedFile Published = Publish("some.bin", Content);

    private TemporaryFolder _folder = null!;
    private string _path = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        _path = _folder.File(Published.Name);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task A_file_arrives_whole_under_its_name()
    {
        Assert.That(await Fetch(request => LoopbackReply.File(Content, request)), Is.EqualTo(new long[] { 0 }));
        AssertArrived();
    }

    [Test]
    public async Task A_part_is_completed_from_where_it_ends()
    {
        File.WriteAllBytes(_path + ".part", Content[..150_000]);
        Assert.That(await Fetch(request => LoopbackReply.File(Content, request)), Is.EqualTo(new long[] { 150_000 }));
        AssertArrived();
    }

    [Test]
    public async Task A_part_that_is_whole_is_not_asked_for_again()
    {
        File.WriteAllBytes(_path + ".part", Content);
        Assert.That(await Fetch(request => LoopbackReply.File(Content, request)), Is.Empty);
        AssertArrived();
    }

    [Test]
    public async Task A_part_that_is_too_long_begins_anew()
    {
        File.WriteAllBytes(_path + ".part", [.. Content, 1]);
        Assert.That(await Fetch(request => LoopbackReply.File(Content, request)), Is.EqualTo(new long[] { 0 }));
        AssertArrived();
    }

    [Test]
    public async Task A_server_without_ranges_sends_everything_again()
    {
        File.WriteAllBytes(_path + ".part", Content[..150_000]);
        Assert.That(await Fetch(request => LoopbackReply.File(Content, request with { From = 0 })), Has.Length.EqualTo(1));
        AssertArrived();
    }

    [Test]
    public async Task A_server_that_refuses_the_range_is_asked_for_everything()
    {
        File.WriteAllBytes(_path + ".part", Content[..150_000]);
        LoopbackReply refusal = new("416 Range Not Satisfiable\r\nContent-Length: 0", []);
        long[] asked = await Fetch(request => request.From > 0 ? refusal : LoopbackReply.File(Content, request));
        Assert.That(asked, Is.EqualTo(new long[] { 150_000, 0 }));
        AssertArrived();
    }

    [Test]
    public async Task A_server_that_does_not_say_how_much_will_do()
    {
        await Fetch(request => new LoopbackReply("200 OK", Content));
        AssertArrived();
    }

    [Test]
    public async Task A_connection_that_is_cut_again_and_again_is_resumed_each_time()
    {
        long[] asked = await Fetch(request => LoopbackReply.File(Content, request, cutAfter: 100_000));
        Assert.That(asked, Is.EqualTo(new long[] { 0, 100_000, 200_000, 300_000 }));
        AssertArrived();
    }

    [Test]
    public void A_connection_that_brings_nothing_more_is_given_up_and_the_part_kept()
    {
        IOException error = Assert.ThrowsAsync<IOException>(
            () => Fetch(request => LoopbackReply.File(Content, request, cutAfter: request.From == 0 ? 100_000 : 0)))!;
        Assert.That(error.Message, Does.Contain("broke off at 100,000 of 400,000 bytes: ").And.EndWith("goes on from there."));
        Assert.That(File.ReadAllBytes(_path + ".part"), Is.EqualTo(Content[..100_000]));
        Assert.That(File.Exists(_path), Is.False);
    }

    [Test]
    public void A_server_that_falls_silent_is_given_up()
    {
        IOException error = Assert.ThrowsAsync<IOException>(
            () => Fetch(request => LoopbackReply.File(Content, request) with { HoldAfter = request.From == 0 ? 1000 : 0 }, 0.3))!;
        Assert.That(error.Message, Does.Contain("broke off at 1,000 of 400,000 bytes: nothing came for 0.3 s."));
    }

    [Test]
    public void Another_file_is_refused_with_both_checksums_and_leaves_nothing()
    {
        byte[] other = [.. Content];
        other[^1] ^= 1;
        ChecksumException error = Assert.ThrowsAsync<ChecksumException>(
            () => Fetch(request => LoopbackReply.File(other, request)))!;
        Assert.That(error.Message, Does.Contain(Publish("", other).Sha256).And.Contain(Published.Sha256).And.Contain("deleted"));
        Assert.That(Directory.EnumerateFiles(_folder.Path), Is.Empty);
    }

    [Test]
    public void A_file_of_another_length_is_refused_before_it_comes()
    {
        byte[] other = [.. Content, 0];
        IOException error = Assert.ThrowsAsync<IOException>(() => Fetch(request => LoopbackReply.File(other, request)))!;
        Assert.That(error.Message, Does.Contain("has 400,001 bytes, but the published file has 400,000"));
        Assert.That(File.Exists(_path), Is.False);
    }

    [TestCase("404 Not Found", 1), TestCase("403 Forbidden", 1), TestCase("503 Service Unavailable", 3)]
    public void An_answer_that_is_no_file_is_told_and_tried_again_where_that_may_help(string status, int tries)
    {
        int asked = 0;
        IOException error = Assert.ThrowsAsync<IOException>(() => Fetch(_ =>
        {
            asked++;
            return new LoopbackReply($"{status}\r\nContent-Length: 0", []);
        }))!;
        Assert.That(error.Message, Does.Contain($"it answers {status[..3]} ({status[4..]})").And.Contain("--from URL"));
        Assert.That(asked, Is.EqualTo(tries));
        Assert.That(Names(), Is.Empty);
    }

    [Test]
    public void An_archive_gives_its_known_members_and_nothing_else()
    {
        ArchiveMember[] members = [new("set/a.bin", 1000), new("set/names.txt", null)];
        string archive = Archive(("../evil", 10), ("set/a.bin", 1000), ("set/b.bin", 5), ("set/names.txt", 20));
        FetchCommand.Extract(archive, members, _folder.Path, CancellationToken.None);
        File.Delete(archive);
        Assert.That(Names(), Is.EquivalentTo(new[] { "a.bin", "names.txt" }));
        Assert.That(File.ReadAllBytes(_folder.File("a.bin")), Is.EqualTo(Bytes("set/a.bin", 1000)));

        Refused("lacks 'set/names.txt'.", ("set/a.bin", 1000));
        Refused("'set/a.bin' has 1,001 bytes", ("set/a.bin", 1001));
        Refused("'set/names.txt' has 70,000 bytes", ("set/names.txt", 70_000));

        void Refused(string sentence, params (string, int)[] entries)
        {
            InvalidDataException error = Assert.Throws<InvalidDataException>(
                () => FetchCommand.Extract(Archive(entries), members, _folder.Path, CancellationToken.None))!;
            Assert.That(error.Message, Does.Contain(sentence));
        }
    }

    [Test]
    public async Task An_archive_is_fetched_unpacked_and_not_fetched_twice()
    {
        string archive = Archive(("set/a.bin", 1000), ("set/b.bin", 2000));
        byte[] packed = File.ReadAllBytes(archive);
        File.Delete(archive);
        using LoopbackServer server = new(request => LoopbackReply.File(packed, request));
        ArchiveMember[] members = [new("set/a.bin", 1000), new("set/b.bin", 2000)];
        PublishedSet set = new("set", new Uri(server.Address), [Publish("set.tar.gz", packed)], members);
        Assert.That(await FetchCommand.RunAsync(set, _folder.Path, set.Address, default), Is.False);
        Assert.That(Names(), Is.EquivalentTo(new[] { "a.bin", "b.bin" }));
        Assert.That(await FetchCommand.RunAsync(set, _folder.Path, set.Address, default), Is.True);
        Assert.That(server.Requests, Has.Count.EqualTo(1));

        File.Delete(_folder.File("b.bin"));
        Assert.That(await FetchCommand.RunAsync(set, _folder.Path, set.Address, default), Is.False, "a missing member is seen");
        Assert.That(File.ReadAllBytes(_folder.File("b.bin")), Is.EqualTo(Bytes("set/b.bin", 2000)));
    }

    [Test]
    public void Every_set_is_well_formed()
    {
        foreach (PublishedSet set in PublishedSet.All)
        {
            Assert.That(set.Address.Scheme, Is.EqualTo("https"));
            Assert.That(set.Address.AbsoluteUri, Does.EndWith("/"), "or the last part of it is lost");
            Assert.That(set.Files.Select(file => file.Sha256), Is.Unique.And.All.Match("^[0-9a-f]{64}$"));
            Assert.That(set.Members, set.Files.Length == 1 ? Is.Not.Empty : Is.Empty, "one archive is unpacked");
            Assert.That(Path.GetFileName(set.StandardFolder), Is.EqualTo(set.Name));
        }
    }

    // The program itself, with the real files: what is published is what the table says, and the set's reader takes the folder.
    [Test]
    public void The_command_fetches_Fashion_MNIST_and_completes_what_is_there()
    {
        string real = TestData.Require("fashion-mnist"), folder = _folder.File("fashion");
        using LoopbackServer server = new(request => LoopbackReply.File(File.ReadAllBytes(real + request.Path), request));
        string[] command = ["fetch", "fashion-mnist", "--data", folder, "--from", server.Address, "--json"];
        CliResult first = Cli.Run(command);
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        JsonElement report = JsonDocument.Parse(first.Output).RootElement;
        Assert.That(report.GetProperty("set").GetString(), Is.EqualTo("fashion-mnist"));
        Assert.That(report.GetProperty("folder").GetString(), Is.EqualTo(folder));
        Assert.That(report.GetProperty("was_there").GetBoolean(), Is.False);
        Assert.That(report.GetProperty("files").GetArrayLength(), Is.EqualTo(4));
        Assert.That(Idx.OpenFolder(folder, DataSplit.Train).Count, Is.EqualTo(60_000));

        File.WriteAllBytes(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"), new byte[5148]);
        CliResult second = Cli.Run(command), third = Cli.Run(command);
        Assert.That((second.ExitCode, third.ExitCode), Is.EqualTo((0, 0)));
        Assert.That(server.Requests.Select(request => request.Path).Skip(4), Is.EqualTo(new[] { "/t10k-labels-idx1-ubyte.gz" }));
        Assert.That(JsonDocument.Parse(third.Output).RootElement.GetProperty("was_there").GetBoolean(), Is.True);
        Assert.That(Idx.OpenFolder(folder).Count, Is.EqualTo(10_000));
    }

    [Test]
    public void Ctrl_C_leaves_a_part_from_which_the_next_run_goes_on()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows has no kill that sends Ctrl-C to one process.");
        byte[] bytes = Bytes("held", 50_000);
        LoopbackReply held = new("200 OK\r\nContent-Length: 170052171", bytes) { HoldAfter = 40_000 };
        using LoopbackServer server = new(request => held);
        ProcessStartInfo start = new(Cli.Program, ["fetch", "cifar10", "--data", _folder.Path, "--from", server.Address])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Cli.DotnetRoot;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        string part = _folder.File("cifar-10-binary.tar.gz.part");
        Assert.That(
            () => File.Exists(part) ? new FileInfo(part).Length : 0,
            Is.EqualTo(40_000).After(60).Seconds.PollEvery(20).MilliSeconds);
        using (Process kill = Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"])) kill.WaitForExit();
        Assert.That(process.WaitForExit(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(process.ExitCode, Is.EqualTo(130), error.Result);
        Assert.That(output.Result, Is.Empty);
        Assert.That(error.Result, Is.EqualTo("resnet: Stopped at 40,000 of 170,052,171 bytes of 'cifar-10-binary.tar.gz'; " +
            "the same command goes on from there.\n"));
        Assert.That(File.ReadAllBytes(part), Is.EqualTo(bytes[..40_000]));
    }

    [Test]
    public void Without_a_network_there_is_a_sentence()
    {
        // A port on which nobody listens any more.
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        CliResult result = Cli.Run("fetch", "mnist", "--data", _folder.Path, "--from", $"http://127.0.0.1:{port}/some/folder");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        string address = $"http://127.0.0.1:{port}/some/folder/train-images-idx3-ubyte.gz";
        Assert.That(result.Error, Does.StartWith($"resnet: '{address}' gives nothing: ")
            .And.Contain("refused").And.Contain("--from URL").And.Not.Contain("   at "));
    }

    [TestCase("file:///tmp"), TestCase("somewhere"), TestCase("ftp://a.b")]
    public void An_address_that_is_none_is_wrong_use(string from)
    {
        CliResult result = Cli.Run("fetch", "mnist", "--data", _folder.Path, "--from", from);
        Assert.That(result, Is.EqualTo(new CliResult(
            2, "", $"resnet: --from '{from}' is no address that begins with http:// or https://.\n")));
    }

    // Returns the first byte of each request.
    private async Task<long[]> Fetch(Func<LoopbackRequest, LoopbackReply> answer, double patience = 60)
    {
        using LoopbackServer server = new(answer);
        using HttpClient client = new();
        Download download = new(client, Published, new Uri(server.Address + Published.Name), _path)
        {
            Patience = TimeSpan.FromSeconds(patience),
            Pause = TimeSpan.Zero,
        };
        await download.RunAsync(CancellationToken.None);
        Assert.That(server.Requests.Select(request => request.Path), Is.All.EqualTo("/some.bin"));
        return [.. server.Requests.Select(request => request.From)];
    }

    private string[] Names() => [.. Directory.EnumerateFiles(_folder.Path).Select(path => Path.GetFileName(path))];

    private void AssertArrived()
    {
        Assert.That(File.ReadAllBytes(_path), Is.EqualTo(Content));
        Assert.That(Directory.EnumerateFiles(_folder.Path), Is.EqualTo(new[] { _path }), "no part is left");
    }

    private string Archive(params (string Name, int Bytes)[] entries)
    {
        using MemoryStream memory = new();
        using (GZipStream zip = new(memory, CompressionLevel.Fastest))
        using (TarWriter tar = new(zip, TarEntryFormat.Ustar))
        {
            foreach ((string name, int bytes) in entries)
            {
                using MemoryStream content = new(Bytes(name, bytes));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
            }
        }
        return _folder.File("archive.tar.gz", memory.ToArray());
    }

    private static PublishedFile Publish(string name, byte[] content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

    private static byte[] Bytes(string name, int count)
    {
        uint key = Hash.Key(11, name);
        return [.. Enumerable.Range(0, count).Select(i => (byte)Hash.Bits(key, (uint)i))];
    }
}
