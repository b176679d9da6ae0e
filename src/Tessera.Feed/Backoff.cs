namespace Tessera.Feed;

/// <summary>Pauses between attempts: chance, up to a bound that doubles from 0.1 to 5 seconds, so that consumers who were cut off together do not return together.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private TimeSpan _next = First;

    public void Reset() => _next = First;

    public TimeSpan Next()
    {
        var pause = _next;
        _next = pause * 2 > Longest ? Longest : pause * 2;
#pragma warning disable CA5394 // Jitter is no secret.
        return pause * Random.Shared.NextDouble();
#pragma warning restore CA5394
    }
}
