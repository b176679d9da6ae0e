using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;
using Tessera.AspNetCore.Authentication;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>A connection's user is tenant and subject together; without both there is none.</summary>
internal sealed class TenantUserIds : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection) =>
        Verified(connection.User) is { } identity
        && TenantId.TryParse(identity.FindFirst("tenant_id")?.Value, out var tenant)
        && identity.FindFirst("sub")?.Value is { } subject
            ? TenantGroup.User(tenant, subject)
            : null;

    // What other schemes of the application say of the caller names nobody here.
    private static ClaimsIdentity? Verified(ClaimsPrincipal user) => user.Identities.FirstOrDefault(identity => identity.AuthenticationType == TesseraDefaults.Scheme);
}
