using System.Text.Json;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Feed;

/// <summary>A page that was verified, with the signature that made it so. There is no other way to have one.</summary>
internal sealed record SignedPage
{
    private SignedPage(string jws, FeedPage page) => (Jws, Page) = (jws, page);

    public string Jws { get; }

    public FeedPage Page { get; }

    /// <summary>The page brings the consumer to a later revision.</summary>
    public bool IsNews => Page.Revision > Page.After;

    /// <exception cref="FeedFault">It is not signed by the pinned key, is no page, or does not continue from <paramref name="revision"/>.</exception>
    public static SignedPage Open(string jws, PublicJwk pinned, long revision)
    {
        var page = CompactJws.TryVerify(jws, FeedPage.MediaType, pinned, out var payload)
            ? Parse(payload)
            : throw new FeedFault("a page is not signed by the pinned directory key");

        DemandContinuation(page, revision);
        if (page.Revision < page.After)
        {
            throw new FeedFault($"a page goes back from revision {page.After} to {page.Revision}");
        }

        return page.HasMore && page.Revision == page.After
            ? throw new FeedFault("a page promises more but brings nothing")
            : new SignedPage(jws, page);
    }

    private static void DemandContinuation(FeedPage page, long revision)
    {
        if (page.After != revision)
        {
            throw new FeedFault($"a page continues from revision {page.After}, not from {revision}");
        }
    }

    private static FeedPage Parse(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, WireJson.Default.FeedPage) is { } page && HasNoGaps(page) ? page : throw new FeedFault("a page is empty, or an entry of it");
        }
        catch (JsonException)
        {
            throw new FeedFault("a page is signed but cannot be read; is this program older than the control plane?");
        }
    }

    // What the reader lets through as an entry of a list.
    private static bool HasNoGaps(FeedPage page) => !new IEnumerable<object?>[]
    {
        page.Cells, page.Pools, page.Tenants, page.SharedRealms, page.Revocations,
        page.Pools.SelectMany(pool => pool?.Keys ?? []),
    }.Any(list => list.Contains(null));
}
