using Microsoft.AspNetCore.SignalR;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>The groups of one tenant, for its own connections.</summary>
internal sealed class TenantGroups(IGroupManager inner, TenantId tenant, LiveConnections connections) : IGroupManager
{
    public Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) =>
        inner.AddToGroupAsync(connections.Demand(connectionId, tenant), TenantGroup.Of(tenant, groupName), cancellationToken);

    public Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) =>
        inner.RemoveFromGroupAsync(connections.Demand(connectionId, tenant), TenantGroup.Of(tenant, groupName), cancellationToken);
}
