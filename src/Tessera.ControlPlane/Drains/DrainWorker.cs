using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tessera.ControlPlane.Drains;

/// <summary>Looks every second whether draining cells have room on the way.</summary>
internal sealed partial class DrainWorker(Draining draining, TimeProvider time, ILogger<DrainWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await RoundAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; which cells are drained is in the store.
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await draining.RunAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            RoundFailed(log, e);
        }
    }

    [LoggerMessage(EventId = 340, Level = LogLevel.Error, Message = "A round of draining failed.")]
    private static partial void RoundFailed(ILogger log, Exception exception);
}
