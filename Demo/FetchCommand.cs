using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace ResNetVulkan.Demo;

internal sealed record FetchReport(string Set, string Folder, string[] Files, bool WasThere);

/// <summary>Downloads a data set from its publisher.</summary>
internal static class FetchCommand
{
    public static Command Create()
    {
        Argument<string> set = new("set") { Description = "Which data set." };
        set.AcceptOnlyFromAmong([.. PublishedSet.All.Select(it => it.Name)]);
        Option<string?> data = new("--data")
        {
            Description = "The folder for its files. Default: a folder called like the set under the user's data folder.",
            HelpName = "DIR",
        };
        Option<string?> from = new("--from")
        {
            Description = "Where the files are instead of at the publisher's: the address of a folder with the same names.",
            HelpName = "URL",
        };
        Option<bool> json = CommandOptions.Json();
        Command command = new("fetch", "Download a data set, or the rest of one.") { set, data, from, json };
        command.SetAction(async (arguments, stop) =>
        {
            PublishedSet wanted = PublishedSet.All.Single(it => it.Name == arguments.GetValue(set));
            string folder = Path.GetFullPath(arguments.GetValue(data) ?? wanted.StandardFolder
                ?? throw new UsageException("This user has no home: --data DIR says where the files belong."));
            Uri address = arguments.GetValue(from) is { } text ? Folder(text) : wanted.Address;
            RequireOpenSsl();

            bool wasThere = await RunAsync(wanted, folder, address, stop);
            bool isArchive = wanted.Members is not [];
            string[] files = [.. isArchive ? wanted.Members.Select(it => it.Name) : wanted.Files.Select(it => it.Name)];
            FetchReport report = new(wanted.Name, folder, files, wasThere);
            if (arguments.GetValue(json)) Json.Print(report);
            else Console.WriteLine($"'{folder}' {(wasThere ? "already has" : "now has")} {string.Join(", ", files)}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Sees to it that all files of the set are in the folder.</summary>
    /// <returns>Whether they all were.</returns>
    internal static async Task<bool> RunAsync(PublishedSet set, string folder, Uri address, CancellationToken stop)
    {
        // Members have come out of an archive whose checksum was right, and got their names when they were whole.
        if (set.Members is not [] && set.Members.All(IsThere)) return true;

        Directory.CreateDirectory(folder);
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("resnetvulkan");
        bool wasThere = true;
        foreach (PublishedFile file in set.Files)
        {
            string path = Path.Combine(folder, file.Name);
            if (await Download.IsSoundAsync(file, path, stop)) continue;
            wasThere = false;
            await new Download(client, file, new Uri(address, file.Name), path).RunAsync(stop);
        }
        if (set.Members is []) return wasThere;

        string archive = Path.Combine(folder, set.Files[0].Name);
        Extract(archive, set.Members, folder, stop);
        File.Delete(archive);
        return false;

        bool IsThere(ArchiveMember member) =>
            new FileInfo(Path.Combine(folder, member.Name)) is { Exists: true } found && member.MayHave(found.Length);
    }

    /// <summary>Writes the members, of exactly their known lengths, under their own names; nothing else of the archive.</summary>
    /// <exception cref="InvalidDataException">A member is missing or has another length, or this is no archive.</exception>
    internal static void Extract(string archive, ArchiveMember[] members, string folder, CancellationToken stop)
    {
        HashSet<ArchiveMember> missing = [.. members];
        using GZipStream unpacked = new(File.OpenRead(archive), CompressionMode.Decompress);
        using TarReader tar = new(unpacked);
        while (missing.Count > 0 && tar.GetNextEntry() is { } entry)
        {
            stop.ThrowIfCancellationRequested();
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
            if (missing.FirstOrDefault(it => it.Path == entry.Name) is not { } member) continue;
            if (!member.MayHave(entry.Length))
                throw new InvalidDataException($"'{archive}': '{entry.Name}' has {entry.Length:N0} bytes, which it should not.");

            string path = Path.Combine(folder, member.Name), temporary = path + ".part";
            entry.ExtractToFile(temporary, overwrite: true);
            File.Move(temporary, path, overwrite: true);
            missing.Remove(member);
        }
        if (missing.Count > 0)
            throw new InvalidDataException($"'{archive}' lacks {string.Join(", ", missing.Select(it => $"'{it.Path}'"))}.");
    }

    private static Uri Folder(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"--from '{text}' is no address that begins with http:// or https://.");

    // Where it is missing, .NET ends the process with a message of its own.
    private static void RequireOpenSsl()
    {
        string[] names = ["libssl.so.3", "libssl.so.1.1", "libssl.so"];
        if (OperatingSystem.IsLinux() && !names.Any(name => NativeLibrary.TryLoad(name, out _)))
        {
            throw new NotSupportedException(
                "OpenSSL (libssl.so.3) is missing, which checksums and https need. On Debian: apt-get install libssl3.");
        }
    }
}
