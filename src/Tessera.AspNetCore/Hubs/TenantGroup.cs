using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>
/// Names of groups and users as SignalR knows them, which knows no tenants: each begins with the tenant's id, which has one
/// length, so that no name of one tenant is ever one of another. Hubs under <c>AddTesseraHubs</c> get them by themselves.
/// </summary>
public static class TenantGroup
{
    /// <summary>A group of a tenant.</summary>
    public static string Of(TenantId tenant, string group) => $"{tenant}/group/{group}";

    /// <summary>All connections of a tenant.</summary>
    public static string Everyone(TenantId tenant) => $"{tenant}/everyone";

    /// <summary>What <c>Clients.User</c> takes outside of hubs: the same <c>sub</c> in two tenants is two users.</summary>
    public static string User(TenantId tenant, string subject) => $"{tenant}/user/{subject}";
}
