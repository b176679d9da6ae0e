using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Tessera.SystemTests.Running;

/// <summary>How the connections of one kind fare: they pass, come late, hang with nobody told, or are cut.</summary>
public sealed class Wire
{
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private volatile bool _isHeld;
    private volatile bool _isCut;
    private long _lateBy;

    /// <summary>Everything passes again, at once. What was held arrives now, as it does when a network heals.</summary>
    public void Pass()
    {
        Interlocked.Exchange(ref _lateBy, 0);
        (_isCut, _isHeld) = (false, false);
    }

    /// <summary>Answers come so much later.</summary>
    public void Slow(TimeSpan by) => Interlocked.Exchange(ref _lateBy, by.Ticks);

    /// <summary>Nothing arrives on either side any more, and nothing is closed: both think the other is there.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>What is open is reset; what is begun is closed at once.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _open.Keys)
        {
            Reset(socket);
        }
    }

    internal bool IsCut => _isCut;

    internal void Add(Socket socket)
    {
        _open[socket] = true;
        if (_isCut)
        {
            Reset(socket);
        }
    }

    internal void Remove(Socket socket) => _open.TryRemove(socket, out _);

    internal async Task LetThroughAsync(bool isAnswer, CancellationToken stop)
    {
        var lateBy = TimeSpan.FromTicks(Interlocked.Read(ref _lateBy));
        if (isAnswer && lateBy > TimeSpan.Zero)
        {
            await Task.Delay(lateBy, stop);
        }

        while (_isHeld)
        {
            await Task.Delay(10, stop);
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }
    }
}
