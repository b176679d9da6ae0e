using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tessera.SystemTests.Running;

/// <summary>
/// Stands between two parts on loopback and passes bytes, as the wire of each connection lets it. Which wire that is, the first
/// bytes of whoever connects may tell.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly Func<string, Wire> _wireOf;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public TcpProxy(int port, int target, Func<string, Wire> wireOf)
    {
        (_listener, _target, _wireOf) = (new TcpListener(IPAddress.Loopback, port), target, wireOf);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    public TcpProxy(int port, int target, Wire wire)
        : this(port, target, _ => wire)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped, while it waited or before it waited again.
        }
    }

    private async Task PassAsync(Socket from)
    {
        using (from)
        using (var to = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
        {
            from.NoDelay = true;
            try
            {
                // On both protocols that are passed here, whoever connects speaks first.
                var first = new byte[64 * 1024];
                var length = await from.ReceiveAsync(first, _stop.Token);
                var wire = _wireOf(Encoding.Latin1.GetString(first, 0, length));
                wire.Add(from);
                wire.Add(to);
                try
                {
                    await wire.LetThroughAsync(isAnswer: false, _stop.Token);
                    if (length == 0 || wire.IsCut)
                    {
                        return;
                    }

                    await to.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                    await to.SendAsync(first.AsMemory(0, length), _stop.Token);
                    Task[] pumps = [PumpAsync(from, to, wire, isAnswer: false), PumpAsync(to, from, wire, isAnswer: true)];
                    await await Task.WhenAny(pumps); // one that was broken off takes the other along
                    await Task.WhenAll(pumps);
                }
                finally
                {
                    wire.Remove(from);
                    wire.Remove(to);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One of the two has gone, and the other is told by the closing of its socket.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Wire wire, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) is var length and > 0)
        {
            await wire.LetThroughAsync(isAnswer, _stop.Token);
            await to.SendAsync(buffer.AsMemory(0, length), _stop.Token);
        }

        await wire.LetThroughAsync(isAnswer, _stop.Token);
        to.Shutdown(SocketShutdown.Send);
    }
}
