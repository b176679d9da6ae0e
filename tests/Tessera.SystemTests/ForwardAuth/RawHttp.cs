using System.Net.Sockets;
using System.Text;

namespace Tessera.SystemTests.ForwardAuth;

/// <summary>HTTP as bytes, for headers no client library would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends a GET with these header lines as they are; the status and the body of the answer.</summary>
    public static async Task<(int Status, string Body)> GetAsync(int port, string path, params IEnumerable<string> lines)
    {
        using var client = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n"), patience.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(patience.Token);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"No answer: {answer}");
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), answer[(end + 4)..]);
    }

    /// <summary>Reads up to and with the empty line.</summary>
    public static async Task<string> HeadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, cancellation);
            if (read == 0)
            {
                break;
            }

            head.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return head.ToString();
    }
}
