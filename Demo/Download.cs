using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace ResNetVulkan.Demo;

/// <summary>What was downloaded is not the published file.</summary>
internal sealed class ChecksumException(string message) : IOException(message);

/// <summary>
/// Downloads a published file to a path. What has come so far lies beside it as <c>.part</c>, from where a lost connection, or
/// the next run, goes on; only a file with the published checksum gets the name.
/// </summary>
internal sealed class Download(HttpClient client, PublishedFile file, Uri address, string path)
{
    private const int FutileTries = 3;

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two tries, where nothing came of the first.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the file has the published length and checksum.</summary>
    public static async Task<bool> IsSoundAsync(PublishedFile file, string path, CancellationToken stop)
    {
        if (new FileInfo(path) is not { Exists: true } found || found.Length != file.Bytes) return false;
        using FileStream stream = File.OpenRead(path);
        return await ChecksumAsync(stream, stop) == file.Sha256;
    }

    /// <exception cref="ChecksumException">It is another file; it is deleted.</exception>
    /// <exception cref="IOException">The address does not answer, or not with this file, or the disk is full.</exception>
    /// <exception cref="StoppedException">Cancelled; the part stays.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        string part = path + ".part";
        try
        {
            await WriteAsync(part, stop);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception error) when (error is ChecksumException or { InnerException: LostException })
        {
            // An empty part is of no use to the next run, and a wrong one would only be found wrong again.
            if (error is ChecksumException || new FileInfo(part).Length == 0) File.Delete(part);
            throw;
        }
    }

    private async Task WriteAsync(string path, CancellationToken stop)
    {
        using FileStream part = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            if (part.Length > file.Bytes) part.SetLength(0);
            await FillAsync(part, stop);
            part.Position = 0;
            if (await ChecksumAsync(part, stop) is { } checksum && checksum != file.Sha256)
            {
                throw new ChecksumException(
                    $"'{address}' has the SHA-256 {checksum}, but the published file has {file.Sha256}. What came was deleted; " +
                    "fetch it again, or from another address (--from URL).");
            }
        }
        catch (OperationCanceledException)
        {
            throw new StoppedException(
                $"Stopped at {part.Length:N0} of {file.Bytes:N0} bytes of '{file.Name}'; the same command goes on from there.");
        }
    }

    private async Task FillAsync(FileStream part, CancellationToken stop)
    {
        const int megabyte = 1_000_000;
        ProgressLine progress = new(file.Name, file.Bytes, "MB", megabyte, part.Length);
        try
        {
            for (int futile = 0; part.Length < file.Bytes;)
            {
                long before = part.Length;
                try
                {
                    await ReadAsync(part, progress, stop);
                    throw new LostException("the connection was closed");
                }
                catch (LostException lost) when (part.Length < file.Bytes)
                {
                    futile = part.Length > before ? 0 : futile + 1;
                    if (futile == FutileTries) throw Failed(lost, part.Length);
                    if (futile > 0) await Task.Delay(Pause, stop);
                }
                catch (LostException)
                {
                }
            }
        }
        finally
        {
            progress.End();
        }
    }

    private IOException Failed(LostException lost, long length) => new(
        length == 0
            ? $"'{address}' gives nothing: {lost.Message}. --from URL names another address; files that you put into the " +
                "folder yourself count as fetched."
            : $"'{address}' broke off at {length:N0} of {file.Bytes:N0} bytes: {lost.Message}. The same command goes on from " +
                "there.",
        lost);

    private async Task ReadAsync(FileStream part, ProgressLine progress, CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
        using HttpResponseMessage response = await Wait(
            patience => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience), stop);
        if (!Accept(response, part)) return;

        using Stream content = await Wait(response.Content.ReadAsStreamAsync, stop);
        byte[] buffer = new byte[128 << 10];
        part.Position = part.Length;
        while (part.Length < file.Bytes)
        {
            int wanted = (int)Math.Min(buffer.Length, file.Bytes - part.Length);
            int read = await Wait(patience => content.ReadAsync(buffer.AsMemory(0, wanted), patience).AsTask(), stop);
            if (read == 0) return;
            part.Write(buffer, 0, read);
            part.Flush();
            progress.Show(part.Length);
        }
    }

    // Whether what follows belongs at the end of the part, which is emptied where the server starts from the beginning.
    private bool Accept(HttpResponseMessage response, FileStream part)
    {
        HttpContentHeaders headers = response.Content.Headers;
        long? length = headers.ContentLength;
        if (response.StatusCode == HttpStatusCode.PartialContent && headers.ContentRange is { } range)
        {
            length = range.Length;
            if (range.From != part.Length)
                throw new LostException($"asked for byte {part.Length:N0} it sends byte {range.From:N0}");
        }
        else if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            part.SetLength(0);
            if (response.StatusCode != HttpStatusCode.OK) return false;
        }
        else
        {
            string answer = $"it answers {(int)response.StatusCode} ({response.ReasonPhrase})";
            if ((int)response.StatusCode >= 500) throw new LostException(answer);
            throw Failed(new LostException(answer), 0);
        }

        return length is null || length == file.Bytes ? true : throw new IOException(
            $"'{address}' has {length:N0} bytes, but the published file has {file.Bytes:N0}: it is another one. --from URL " +
            "names another address.");
    }

    /// <exception cref="LostException">The network failed, or nothing came for too long.</exception>
    private async Task<T> Wait<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            return await work(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new LostException($"nothing came for {Patience.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new LostException((error.InnerException ?? error).Message.TrimEnd('.'));
        }
    }

    private static async Task<string> ChecksumAsync(Stream stream, CancellationToken stop) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop));

    /// <summary>A try came to its end before the file did.</summary>
    private sealed class LostException(string message) : Exception(message);
}
