using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The tenant on its way: in hubs, in work for later, and to applications behind a proxy.</summary>
internal static class TravelGuards
{
    private const string Here = "Tessera.AspNetCore.";

    public static readonly Guard[] All =
    [
        new("A hub's method that is told another tenant is refused", Here + "Hubs.HubMentions.FindOtherThan", ReturnsNull, "HubTests"),
        new("Everyone in a hub is everyone of the tenant", Here + "Hubs.TenantGroup.Everyone", Returns("everyone"), "HubTests"),
        new("An envelope was sealed by us", Here + "Work.TenantEnvelopes.SealHolds", ReturnsTrue, "TenantEnvelopeTests"),
        new("An envelope is opened for what it was sealed for", Here + "Work.TenantEnvelopes.TypeFailure", ReturnsNull, "TenantEnvelopeTests"),
        new("An envelope has its time", Here + "Work.TenantEnvelopes.TimeFailure", ReturnsNull, "TenantEnvelopeTests"),
        new("Work is done for a tenant that is active", Here + "Work.TenantScopes.Refusal", ReturnsNull, "TenantWorkTests"),
        new("No header passes for one of the proxy's", Here + "ForwardAuth.ProxyHeaders.FindAmbiguous", ReturnsNull, "ForwardAuthAloneTests"),
        new("The address behind the proxy names no other tenant", Here + "ForwardAuth.OriginalUri.FindOtherThan", ReturnsNull, "ForwardAuthAloneTests"),
        new("The scope that a proxy demands is there", Here + "ForwardAuth.ScopeDemand.Missing", ReturnsNull, "ForwardAuthAloneTests"),
        new("A stream ends with its token", Here + "Streams.LiveTokens.End", DoesNothing, "GrpcTests", "EventStreamTests", "HubTests"),
    ];
}
