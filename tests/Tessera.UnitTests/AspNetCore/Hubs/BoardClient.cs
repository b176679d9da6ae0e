using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Tessera.UnitTests.AspNetCore.Hubs;

/// <summary>Somebody at a board: what was posted to them, and when they were thrown out.</summary>
internal sealed class BoardClient : IAsyncDisposable
{
    private readonly Channel<string> _posted = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BoardClient(string url, string? token)
    {
        Connection = new HubConnectionBuilder().WithUrl(url, options =>
        {
            options.AccessTokenProvider = () => Task.FromResult(token);
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
        }).Build();
        // Clients of a type are called as its method is, in its own case.
        Connection.On<string>(url.EndsWith("/typed-board", StringComparison.Ordinal) ? "Posted" : "posted", text => _posted.Writer.TryWrite(text));
        Connection.Closed += _ =>
        {
            _closed.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public HubConnection Connection { get; }

    public Task Closed => _closed.Task;

    public static async Task<BoardClient> ConnectAsync(LiveHost host, string? token, string path = "/board")
    {
        var client = new BoardClient(host.Http1 + path, token);
        await client.Connection.StartAsync(TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>A connection that has been welcomed.</summary>
    public static async Task<BoardClient> AtBoardAsync(LiveHost host, string token)
    {
        var client = await ConnectAsync(host, token);
        Assert.StartsWith("welcome to ", await client.NextAsync(), StringComparison.Ordinal);
        return client;
    }

    public Task<T> AskAsync<T>(string method, params object?[] arguments) =>
        Connection.InvokeCoreAsync<T>(method, arguments, TestContext.Current.CancellationToken);

    public Task TellAsync(string method, params object?[] arguments) =>
        Connection.InvokeCoreAsync(method, arguments, TestContext.Current.CancellationToken);

    public Task<string> NextAsync() => _posted.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(5));

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
