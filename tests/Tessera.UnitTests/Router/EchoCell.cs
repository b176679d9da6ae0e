using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tessera.UnitTests.Router;

/// <summary>A cell that tells what it was asked: <c>{cell, method, host, path, query, headers}</c>.</summary>
internal sealed class EchoCell(string id) : IAsyncDisposable
{
    private WebApplication? _app;
    private int _requests;

    public string Endpoint { get; private set; } = "";

    /// <summary>How many came, probes of its health left out.</summary>
    public int Requests => _requests;

    /// <summary>Paths answered in another way.</summary>
    public Dictionary<string, RequestDelegate> Special { get; } = [];

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Endpoint.Length == 0 ? 0 : new Uri(Endpoint).Port));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        Endpoint = _app.Urls.Single();
    }

    public async Task StopAsync()
    {
        await using var app = _app;
        _app = null;
        if (app is not null)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/health" && context.Request.Host.Port == new Uri(Endpoint).Port)
        {
            return context.Response.WriteAsync("probed");
        }

        Interlocked.Increment(ref _requests);
        var request = context.Request;
        return Special.TryGetValue(request.Path, out var special)
            ? special(context)
            : context.Response.WriteAsJsonAsync(new
            {
                cell = id,
                method = request.Method,
                host = request.Host.Value,
                path = request.Path.Value,
                query = request.QueryString.Value,
                headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            });
    }
}
