using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Clients;

internal static class ClientErrors
{
    public static Error ClientNotFound() => new("client_not_found", 404, "The tenant, or its shared realm, has no such client.");

    public static Error ClientActsForNoTenant() => new(
        "client_acts_for_no_tenant", 409, "Only a confidential client with the grant type client_credentials can act for a tenant.");

    public static Error LastClient() => new("last_client", 409, "A tenant keeps at least one client. Make another one first.");

    public static Error TooManyClients() => new("too_many_clients", 409, "A tenant has at most 100 clients.");

    public static Error GrantNeedsSecret(string field) => new("grant_needs_secret", 400, "Only a confidential client may use client_credentials.", field);

    /// <summary>The making took longer than its deadline, and is being undone.</summary>
    public static Error MakingExpired() => new("making_expired", 503, "It took too long to make this, and it is being undone. Try again.");
}
