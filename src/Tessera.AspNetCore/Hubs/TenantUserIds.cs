using Microsoft.AspNetCore.SignalR;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>A connection's user is tenant and subject together; without both there is none.</summary>
internal sealed class TenantUserIds : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection) =>
        TenantId.TryParse(connection.User.FindFirst("tenant_id")?.Value, out var tenant) && connection.User.FindFirst("sub")?.Value is { } subject
            ? TenantGroup.User(tenant, subject)
            : null;
}
