using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The tenant on its way: in hubs, in work for later, and to applications behind a proxy.</summary>
internal static class TravelGuards
{
    private const string Here = "Tessera.AspNetCore.";

    public static readonly Guard[] All =
    [
        new("A hub's method that is told another tenant is refused", Here + "Hubs.HubMentions.FindOtherThan", ReturnsNull, "HubTests"),
        new("A hub's caller is verified again with each invocation", Here + "Hubs.TenantHubFilter.IsStillGood", ReturnsTrue, "HubTests"),
        new("A hub is open only if it says so", Here + "Hubs.TenantHubFilter.IsOpen", ReturnsTrue, "HubTests"),
        new("A connection of another tenant's is none", Here + "Hubs.LiveConnections.IsAnothers", ReturnsFalse, "HubTests"),
        new("A group in a hub is the tenant's own", Here + "Hubs.TenantGroup.Of", Returns("group"), "HubTests"),
        new("The same person in two tenants is two users of a hub", Here + "Hubs.TenantGroup.User", Returns("user"), "HubTests"),
        new("A request brings one token, in one place", Here + "Authentication.BearerToken.IsOneAtMost", ReturnsTrue, "WebSocketTokenTests"),
        new("A token among subprotocols is one in a handshake alone", Here + "Hubs.WebSocketToken.IsHandshake", ReturnsTrue, "WebSocketTokenTests"),
        new("Everyone in a hub is everyone of the tenant", Here + "Hubs.TenantGroup.Everyone", Returns("everyone"), "HubTests"),
        new("No tenant has all workers", Here + "Work.FairLanes.MayRunAnother", ReturnsTrue, "TenantWorkTests"),
        new("An envelope chooses no algorithm", Here + "Work.TenantEnvelopes.IsOurs", ReturnsTrue, "TenantEnvelopeTests"),
        new("An envelope was sealed by us", Here + "Work.TenantEnvelopes.SealHolds", ReturnsTrue, "TenantEnvelopeTests"),
        new("An envelope is opened for what it was sealed for", Here + "Work.TenantEnvelopes.TypeFailure", ReturnsNull, "TenantEnvelopeTests"),
        new("An envelope has its time", Here + "Work.TenantEnvelopes.TimeFailure", ReturnsNull, "TenantEnvelopeTests"),
        new("Work is done for a tenant that is active", Here + "Work.TenantScopes.Refusal", ReturnsNull, "TenantWorkTests"),
        new("No header passes for one of the proxy's", Here + "ForwardAuth.ProxyHeaders.FindAmbiguous", ReturnsNull, "ForwardAuthAloneTests"),
        new("The address behind the proxy names no other tenant", Here + "ForwardAuth.OriginalUri.FindOtherThan", ReturnsNull, "ForwardAuthAloneTests"),
        new("The scope that a proxy demands is there", Here + "ForwardAuth.ScopeDemand.Missing", ReturnsNull, "ForwardAuthAloneTests"),
        new("What a proxy is told of a token is plain text", Here + "ForwardAuth.ProxyHeaders.IsPlain", ReturnsTrue, "ForwardAuthAloneTests"),
        new("What a proxy is told of a missing scope is a scope", Here + "ForwardAuth.ScopeDemand.IsToken", ReturnsTrue, "ForwardAuthAloneTests"),
        new("A proxy is answered with what it takes for a refusal", Here + "ForwardAuth.ForwardAuthEndpoint.Is", ReturnsFalse, "ForwardAuthInAnApiTests"),
        new("A gRPC call is bound to its token", Here + "Streams.TokenBoundRequest.Is", ReturnsFalse, "GrpcTests"),
        new("A handler that is deaf is cut", Here + "Streams.RequestEnd.Cut", DoesNothing, "GrpcTests"),
        new("A stream ends with its token", Here + "Streams.LiveTokens.End", DoesNothing, "GrpcTests", "EventStreamTests", "HubTests"),
    ];
}
