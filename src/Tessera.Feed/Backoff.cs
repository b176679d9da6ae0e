namespace Tessera.Feed;

/// <summary>Pauses between attempts: they double from 0.1 to 5 seconds, and half of each is chance so that consumers do not return all at once.</summary>
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
        return pause == First ? pause : pause * (0.5 + Random.Shared.NextDouble() / 2);
#pragma warning restore CA5394
    }
}
