using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tessera.Up;

/// <summary>What runs, stopped in the reverse order of its start.</summary>
internal sealed class Parts : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);
    private readonly Stack<Func<Task>> _stops = new();

    public async Task StartAsync(string name, Func<string[], WebApplication> build, string[] args, CancellationToken cancellation)
    {
        try
        {
            var app = build(args);
            _stops.Push(async () =>
            {
                using var patience = new CancellationTokenSource(StopWithin);
                await app.StopAsync(patience.Token);
                await app.DisposeAsync();
            });
            await app.StartAsync(cancellation);

            // Each host listens for Ctrl-C of itself; here one place does, and stops them in order.
            (app.Services.GetService<IHostLifetime>() as IDisposable)?.Dispose();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new Fault($"{name} does not start: {string.Join(" ", Fault.Explain(e))}");
        }
    }

    /// <summary>Stops <paramref name="part"/> with the others.</summary>
    public void Add(IAsyncDisposable part) => _stops.Push(async () => await part.DisposeAsync());

    public async ValueTask DisposeAsync()
    {
        while (_stops.TryPop(out var stop))
        {
            try
            {
                await stop();
            }
            catch (Exception e)
            {
                // The others are to be stopped all the same.
                await Console.Error.WriteLineAsync($"tessera: while stopping: {Fault.Explain(e)[0]}");
            }
        }
    }
}
