using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Tessera.UnitTests.Postgres;

/// <summary>Stands between client and server and counts how often the conversation turns from client to server.</summary>
internal sealed class CountingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private bool _clientSpoke;
    private int _turns;

    public CountingRelay(NpgsqlConnectionStringBuilder server)
    {
        _listener.Start();
        var (host, port) = (server.Host!, server.Port);
        server.Host = "127.0.0.1";
        server.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        server.SslMode = SslMode.Disable;
        ConnectionString = server.ConnectionString;
        _ = AcceptAsync(host, port);
    }

    public string ConnectionString { get; }

    /// <summary>A text at which the line goes dead: the server still gets it, the client no answer.</summary>
    public string? CutAt { get; set; }

    public async Task<int> CountAsync(Func<Task> work)
    {
        var before = _turns;
        await work();
        return _turns - before;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(string host, int port)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(host, port);
                _ = PumpAsync(client, server, fromClient: true);
                _ = PumpAsync(server, client, fromClient: false);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // Stopped, while it waited or before it waited again.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool fromClient)
    {
        var buffer = new byte[65536];
        try
        {
            for (int read; (read = await from.GetStream().ReadAsync(buffer)) > 0;)
            {
                lock (_lock)
                {
                    _turns += fromClient && !_clientSpoke ? 1 : 0;
                    _clientSpoke = fromClient;
                }

                var cuts = fromClient && CutAt is { } text && buffer.AsSpan(0, read).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
                if (cuts)
                {
                    from.Client.Close(0); // before the server has it, so that its answer cannot be faster
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
                if (cuts)
                {
                    await Task.Delay(200); // the server answers nobody
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The other side hung up.
        }

        to.Close();
    }
}
