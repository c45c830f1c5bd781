using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ResNetVulkan.Tests.Support;

/// <summary>What a server is asked: a path and the first byte that is wanted, 0 without a Range.</summary>
internal sealed record LoopbackRequest(string Path, long From);

/// <summary>What it answers: a head without its empty line, and the bytes that it then sends before it closes.</summary>
internal sealed record LoopbackReply(string Head, byte[] Body)
{
    /// <summary>Sends this many bytes of the body at once, the rest when the test is over.</summary>
    public int? HoldAfter { get; init; }

    /// <summary>The file, from the byte that was asked for; fewer bytes than were announced cut the connection.</summary>
    public static LoopbackReply File(byte[] file, LoopbackRequest request, int? cutAfter = null)
    {
        byte[] body = file[(int)request.From..];
        string range = request.From > 0 ? $"\r\nContent-Range: bytes {request.From}-{file.Length - 1}/{file.Length}" : "";
        string status = request.From > 0 ? "206 Partial Content" : "200 OK";
        int sent = Math.Min(body.Length, cutAfter ?? body.Length);
        return new LoopbackReply($"{status}\r\nContent-Length: {body.Length}{range}", body[..sent]);
    }
}

/// <summary>An HTTP server on 127.0.0.1 that answers as a test wants, one request a connection. Owns its socket.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<LoopbackRequest, LoopbackReply> _answer;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    public LoopbackServer(Func<LoopbackRequest, LoopbackReply> answer)
    {
        _answer = answer;
        _listener.Start();
        _work = Task.Run(Accept);
    }

    public ConcurrentQueue<LoopbackRequest> Requests { get; } = [];

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        _work.Wait();
        _end.Dispose();
    }

    private async Task Accept()
    {
        List<Task> clients = [];
        try
        {
            while (true) clients.Add(Serve(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
        await Task.WhenAll(clients);
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await ReadRequest(stream) is not { } request) return;
                Requests.Enqueue(request);
                LoopbackReply reply = _answer(request);
                byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Head}\r\nConnection: close\r\n\r\n");
                await stream.WriteAsync(head, _end.Token);
                int now = reply.HoldAfter ?? reply.Body.Length;
                await stream.WriteAsync(reply.Body.AsMemory(0, now), _end.Token);
                if (now < reply.Body.Length) await Task.Delay(Timeout.Infinite, _end.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<LoopbackRequest?> ReadRequest(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0) return null;
            text.Append((char)one[0]);
        }
        string[] lines = text.ToString().Split("\r\n");
        const string range = "Range: bytes=";
        string? from = lines.FirstOrDefault(line => line.StartsWith(range, StringComparison.OrdinalIgnoreCase));
        return new LoopbackRequest(lines[0].Split(' ')[1], from is null ? 0 : long.Parse(from[range.Length..].TrimEnd('-')));
    }
}
