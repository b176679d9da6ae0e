using Microsoft.Extensions.Hosting;
using Tessera.Router.Map;

namespace Tessera.Router.Health;

/// <summary>
/// Asks each cell that was used lately, or is left out, for its <c>/health</c> at its own address. Cells nobody asks for cost nothing,
/// however many the directory knows.
/// </summary>
internal sealed class CellProbes(RouteMap map, CellWatch watch, TimeProvider time) : BackgroundService
{
    private const int AtOnce = 32;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = Patience, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = Patience,
    };

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Environment.TickCount64;
            var due = watch.All.Where(cell => cell.IsDue(now, (long)Every.TotalMilliseconds, (long)IdleAfter.TotalMilliseconds)).ToList();
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, async (cell, stop) => await ProbeAsync(cell, stop));
        }
    }

    private async Task ProbeAsync(WatchedCell cell, CancellationToken stopping)
    {
        if (!map.TryGet(cell.Id, out var entry) || entry.Endpoint is not { } endpoint)
        {
            watch.Forget(cell.Id);
            return;
        }

        if (await IsWellAsync(endpoint, stopping))
        {
            watch.Answered(cell);
        }
        else if (!stopping.IsCancellationRequested)
        {
            watch.FailedProbe(cell);
        }
    }

    // What is not well says so with a 5xx, or says nothing.
    private async Task<bool> IsWellAsync(string endpoint, CancellationToken stopping)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(new Uri(endpoint), "/health"), HttpCompletionOption.ResponseHeadersRead, stopping);
            return (int)answer.StatusCode < 500;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
