using Microsoft.AspNetCore.SignalR;
using Tessera.AspNetCore.Authentication;

namespace Tessera.AspNetCore.Hubs;

/// <summary>A connection's user is tenant and subject together, as the verified token has them; what other schemes say of the caller names nobody here.</summary>
internal sealed class TenantUserIds : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection) =>
        TenantIdentity.Of(connection.User) is { } caller ? TenantGroup.User(caller.Tenant, caller.Sub) : null;
}
