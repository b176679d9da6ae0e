using Tessera.Contracts.Feed;

namespace Tessera.Feed;

/// <summary>How far the directory's own clock had come when it last told everything. One writer, any readers.</summary>
internal sealed class Freshness(TimeProvider clock)
{
    /// <summary>The directory's clock may be this far ahead; a page from later than that says nothing about its age.</summary>
    public static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    private long _heardAt;

    public DateTimeOffset? HeardAt => Volatile.Read(ref _heardAt) is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public void Hear(FeedPage page)
    {
        if (TellsAll(page) && IsNoFuture(page.IssuedAt, clock.GetUtcNow()) && IsLater(page.IssuedAt, _heardAt))
        {
            Volatile.Write(ref _heardAt, page.IssuedAt);
        }
    }

    // Who holds back the rest must not look fresh by the first part.
    private static bool TellsAll(FeedPage page) => !page.HasMore;

    // Or a page kept from a day when the directory's clock was wrong would look fresh until that day.
    private static bool IsNoFuture(long issuedAt, DateTimeOffset now) => issuedAt <= (now + ClocksDiffer).ToUnixTimeSeconds();

    // A page that is sent again later was true at its time and no longer.
    private static bool IsLater(long issuedAt, long heardAt) => issuedAt > heardAt;
}
