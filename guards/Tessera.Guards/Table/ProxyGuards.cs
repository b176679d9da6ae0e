using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The router on its way to a cell: what it believes of cells, and what it takes of those who ask too much.</summary>
internal static class ProxyGuards
{
    private const string Proxying = "Tessera.Router.Proxying.";
    private const string Moves = "Tessera.Router.Moves.";
    private const string Limits = "Tessera.Router.Limits.";

    public static readonly Guard[] All =
    [
        new("router: What a cell tells the router stays there", Proxying + "CellTransformer.KeepOwn", DoesNothing, "FollowTests", "ProxyTests"),
        new("router: A request that may have done something is not sent again", Proxying + "Repeats.IsRead", ReturnsTrue, "RepeatTests"),
        new("router: Half a body is not sent again", Proxying + "KeptBody.get_CanRepeat", ReturnsTrue, "RepeatTests", "FollowTests"),
        new("router: A cell that tells of an old move leads nobody back", Moves + "MovedTo.IsAfter", ReturnsTrue, "FollowTests"),
        new("router: The directory's newer word outranks what a cell said", Moves + "MovedTenants.IsOfThisPlacement", ReturnsTrue, "FollowTests", "MovedTenantsTests"),
        new("router: Who asks faster than the rate waits", Limits + "RateBuckets.IsOver", ReturnsFalse, "RateBucketsTests", "LimitTests"),
        new("router: A tenant's line has an end", Limits + "FairQueue.IsFull", ReturnsFalse, "FairQueueTests", "LimitTests"),
        new("router: A tenant takes no cell from others by failing", "Tessera.Router.Health.CellHealth.IsOutlier", ReturnsTrue, "CellHealthTests"),
        new("router: Half a map says of nobody that he is unknown", "Tessera.Router.Map.RouteMap.get_IsWhole", ReturnsTrue, "RouteMapTests", "RouteApiTests"),
        new("router: Only a proxy that was named is believed", "Tessera.Router.RouterOptionsValidator.IsProxy", ReturnsTrue, "RouterOptionsTests"),
    ];
}
