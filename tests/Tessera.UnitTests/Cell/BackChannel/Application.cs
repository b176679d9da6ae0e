using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Tessera.UnitTests.Cell.BackChannel;

/// <summary>An application's back channel on loopback: keeps what it is told and answers as it is set to.</summary>
public sealed class Application : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    private Application(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public string Uri => $"http://127.0.0.1:{Port}/backchannel";

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    public int Calls { get; private set; }

    public int Followed { get; private set; }

    public static async Task<Application> StartAsync()
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var application = new Application(builder.Build(), port);
        application._app.MapPost("/backchannel", application.HearAsync);
        application._app.MapFallback("/elsewhere", () => application.Followed++);
        await application._app.StartAsync();
        return application;
    }

    /// <summary>The next logout token; fails after ten seconds.</summary>
    public async Task<string> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _told.Reader.ReadAsync(patience.Token);
    }

    public bool TryNext(out string? token) => _told.Reader.TryRead(out token);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> HearAsync(HttpRequest request)
    {
        Calls++;
        var form = await request.ReadFormAsync();
        _told.Writer.TryWrite(form["logout_token"].ToString());
        return (int)Answer is >= 300 and < 400 ? Results.Redirect("/elsewhere") : Results.StatusCode((int)Answer);
    }
}
