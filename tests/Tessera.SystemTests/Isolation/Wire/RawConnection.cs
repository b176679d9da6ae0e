using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tessera.SystemTests.Isolation.Wire;

/// <summary>Bytes to a port of this machine, and whatever comes back until it is silent or closes.</summary>
internal static class RawConnection
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(400);

    public static async Task<string> SendAsync(int port, string bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var (answer, buffer) = (new StringBuilder(), new byte[16 * 1024]);
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(bytes));
            while (true)
            {
                using var patience = new CancellationTokenSource(Silence);
                var count = await socket.ReceiveAsync(buffer, patience.Token);
                if (count == 0)
                {
                    break;
                }

                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Silent, or broken off: either way there is nothing more.
        }

        return answer.ToString();
    }
}
