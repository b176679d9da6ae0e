using Tessera.SystemTests.Isolation;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.ForwardAuth;

/// <summary>An application behind nginx behind <c>tessera forward-auth</c>, each a process of its own, beside the running demo.</summary>
public sealed class BehindNginx(Demo demo) : IAsyncLifetime
{
    private readonly EchoUpstream _upstream = new();
    private readonly int _port = Ports.NextBase();
    private Part? _forwardAuth;
    private Nginx? _nginx;

    public Demo Demo => demo;

    internal int Port => _nginx!.Port;

    internal EchoUpstream Upstream => _upstream;

    internal Part ForwardAuth => _forwardAuth!;

    public async ValueTask InitializeAsync()
    {
        var admin = new Admin(demo);
        var feedKey = (await admin.PostAsync("/keys", new { name = "forward-auth", scopes = new[] { "feed:read" } })).GetProperty("key").GetString()!;
        var directoryKey = (await admin.GetAsync("/directory/key")).GetRawText();
        _forwardAuth = new Part($"http://127.0.0.1:{_port + 1}", () =>
        [
            "forward-auth", "--listen", $"http://127.0.0.1:{_port + 1}", "--audience", "orders", "--control-plane", demo.File.AdminApi,
            "--feed-key", feedKey, "--directory-key", directoryKey, "--data", Path.Combine(demo.Folder, "forward-auth"),
        ], demo.Visitor.Http);
        await _forwardAuth.StartAsync();
        _nginx = await Nginx.StartAsync(_port, _port + 1, _upstream.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        if (_forwardAuth is not null)
        {
            await _forwardAuth.DisposeAsync();
        }

        await _upstream.DisposeAsync();
    }

    /// <summary>Asks for a page of the application with these header lines; what it got, or null when it got nothing.</summary>
    internal async Task<(int Status, Seen? Seen)> GetAsync(string? token, string path = "/", params IEnumerable<string> lines)
    {
        var before = _upstream.Heads.Count;
        var (status, body) = await RawHttp.GetAsync(Port, path, [.. token is null ? Array.Empty<string>() : [$"Authorization: Bearer {token}"], .. lines]);
        Assert.Equal(status == 200, _upstream.Heads.Count > before); // it reached the application exactly when it was let through
        return (status, status == 200 ? Seen.Of(body) : null);
    }
}

/// <summary>The header lines an application got, by the name that CGI and WSGI make of them, where case and <c>-</c> or <c>_</c> are one.</summary>
internal sealed record Seen(ILookup<string, string> Headers)
{
    public static Seen Of(string head) => new(head.Split("\r\n").Skip(1).Where(line => line.Length > 0)
        .Select(line => line.Split(':', 2))
        .ToLookup(line => line[0].Trim().Replace('_', '-').ToUpperInvariant(), line => line.Length > 1 ? line[1].Trim() : ""));

    public string Only(string name) => Assert.Single(Headers[name.ToUpperInvariant()]);

    /// <summary>Everything that could be taken for a word of Tessera's.</summary>
    public IEnumerable<string> OfTessera => Headers.Where(header => header.Key.Contains("TESSERA", StringComparison.Ordinal)).SelectMany(header => header);
}
