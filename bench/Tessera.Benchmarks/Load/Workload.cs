namespace Tessera.Benchmarks.Load;

/// <summary>What one client does again and again on its own connection: once per call.</summary>
internal delegate Task ClientStep(HttpConnection connection, CancellationToken cancellation);

/// <summary>Clients of one server, each with a connection and whatever it remembers from request to request.</summary>
/// <param name="clients">The steps, one for each client; how many there are is how many requests are in flight.</param>
internal sealed class Workload(int port, IReadOnlyList<ClientStep> clients) : IDisposable
{
    private readonly HttpConnection[] _connections = [.. clients.Select(_ => new HttpConnection(port))];

    /// <summary>All clients at once for a time; the number of steps they did. The first failure ends it.</summary>
    public async Task<long> RunAsync(TimeSpan time, CancellationToken cancellation)
    {
        var until = Environment.TickCount64 + (long)time.TotalMilliseconds;
        var done = await Task.WhenAll(clients.Select((step, index) => Task.Run(async () =>
        {
            var steps = 0L;
            while (Environment.TickCount64 < until)
            {
                await step(_connections[index], cancellation);
                steps++;
            }

            return steps;
        }, cancellation)));
        return done.Sum();
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }
}
