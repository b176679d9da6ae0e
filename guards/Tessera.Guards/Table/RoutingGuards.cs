using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Router and feed: where a request goes, and what is believed of the directory.</summary>
internal static class RoutingGuards
{
    private const string Router = "Tessera.Router.";
    private const string Feed = "Tessera.Feed.";

    public static readonly Guard[] All =
    [
        new("No caller speaks as a proxy", Router + "Proxying.CellTransformer.IsDropped", ReturnsFalse, "ProxyTests"),
        new("A request has exactly one host", Router + "Listening.UseOneHost", DoesNothing, "ProxyTests"),
        new("The control plane's door is not reached from outside", Router + "Proxying.Destination.IsAt", ReturnsFalse, "ProxyTests"),
        new("A suspended tenant has no route", Router + "Routes.RouteApi.HasRoute", ReturnsTrue, "RouteApiTests"),
        new("A source that asks too often waits", Router + "Routes.RouteLimits.Admit", ReturnsTrue, "RouteApiTests"),
        new("A router starts with settings that are safe", Router + "RouterOptionsValidator.Faults", ReturnsNothing, "RouterOptionsTests"),
        new("A page continues from what is known", Feed + "SignedPage.DemandContinuation", DoesNothing, "SignedPageTests"),
        new("A router's map continues from what it knows", Router + "Map.RouteMap.DemandContinuation", DoesNothing, "RouteMapTests"),
        new("A map that was written down is the router's own", Feed + "SealedReader.IsOwn", ReturnsTrue, "SavedMapTests", "SealedBlocksTests"),
        new("A server name that is a path reads no file", Router + "Tls.CertificateFolder.IsHostName", ReturnsTrue, "TlsTests"),
        new("A person's revocation is kept", Feed + "RevocationList.CoversPerson", ReturnsFalse, "DirectoryMapTests", "SharedRealmTokenTests"),
        new("A session's revocation is kept", Feed + "RevocationList.CoversSession", ReturnsFalse, "DirectoryMapTests"),
        new("A grant's revocation is kept", Feed + "RevocationList.CoversGrant", ReturnsFalse, "DirectoryMapTests"),
        new("Fresh is who was told everything", Feed + "Freshness.TellsAll", ReturnsTrue, "FreshnessTests"),
        new("A page from the future says nothing of its age", Feed + "Freshness.IsNoFuture", ReturnsTrue, "FreshnessTests"),
        new("A page that is sent again makes nothing fresh", Feed + "Freshness.IsLater", ReturnsTrue, "FreshnessTests"),
        new("A later revocation takes nothing from an earlier one", Feed + "RevocationList.Later", Leaves("Max"), "DirectoryMapTests"),
    ];
}
