using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tessera.Benchmarks.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection to a loopback port, whatever the host of the request says. Small, so that the client
/// costs little beside the server: it knows Content-Length and chunked answers and nothing else.
/// </summary>
internal sealed class HttpConnection(int port) : IDisposable
{
    private const int MaxReply = 256 * 1024;
    private readonly byte[] _buffer = new byte[MaxReply];
    private Socket? _socket;

    public void Dispose() => _socket?.Dispose();

    /// <exception cref="InvalidDataException">The server closed, or answered with more than 256 KiB.</exception>
    public async Task<HttpReply> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        if (_socket is null)
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        }

        await _socket.SendAsync(request, SocketFlags.None, cancellation);
        var length = 0;
        int end;
        while ((end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            length += await ReceiveAsync(length, cancellation);
        }

        var head = Encoding.ASCII.GetString(_buffer, 0, end);
        var bodyAt = end + 4;
        string body;
        if (Header(head, "transfer-encoding") is not null)
        {
            while (!_buffer.AsSpan(bodyAt, length - bodyAt).EndsWith("0\r\n\r\n"u8))
            {
                length += await ReceiveAsync(length, cancellation);
            }

            body = Unchunk(_buffer.AsSpan(bodyAt, length - bodyAt));
        }
        else
        {
            var expected = bodyAt + int.Parse(Header(head, "content-length") ?? "0", CultureInfo.InvariantCulture);
            while (length < expected)
            {
                length += await ReceiveAsync(length, cancellation);
            }

            body = Encoding.UTF8.GetString(_buffer, bodyAt, expected - bodyAt);
        }

        if (Header(head, "connection")?.Equals("close", StringComparison.OrdinalIgnoreCase) == true)
        {
            _socket.Dispose();
            _socket = null;
        }

        return new HttpReply(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, body);
    }

    internal static string? Header(string head, string name)
    {
        var at = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var from = at + name.Length + 3;
        var to = head.IndexOf('\r', from);
        return head[from..(to < 0 ? head.Length : to)].Trim();
    }

    private static string Unchunk(ReadOnlySpan<byte> chunks)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = chunks.IndexOf("\r\n"u8);
            var size = int.Parse(Encoding.ASCII.GetString(chunks[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return body.ToString();
            }

            body.Append(Encoding.UTF8.GetString(chunks.Slice(line + 2, size)));
            chunks = chunks[(line + size + 4)..];
        }
    }

    private async ValueTask<int> ReceiveAsync(int at, CancellationToken cancellation)
    {
        if (at == _buffer.Length)
        {
            throw new InvalidDataException("The answer is larger than 256 KiB.");
        }

        var read = await _socket!.ReceiveAsync(_buffer.AsMemory(at), SocketFlags.None, cancellation);
        return read > 0 ? read : throw new InvalidDataException("The server closed the connection.");
    }
}

/// <summary>An answer: its status, its status line and headers, its body.</summary>
internal sealed record HttpReply(int Status, string Head, string Body)
{
    public string? Header(string name) => HttpConnection.Header(Head, name);

    /// <summary>All values of a header that may come several times.</summary>
    public IEnumerable<string> Headers(string name) =>
        Head.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim());

    /// <exception cref="InvalidDataException">The status is another; the message has the first 300 characters of the body.</exception>
    public HttpReply Demand(int status) => Status == status
        ? this
        : throw new InvalidDataException($"Expected {status}, got {Status}: {(Body.Length > 300 ? Body[..300] : Body)}");
}
