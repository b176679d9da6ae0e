using Microsoft.AspNetCore.SignalR;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Hubs;

/// <summary>
/// <c>IHubContext</c> for the scope's tenant: its clients and groups are the tenant's own. The plain one reaches all tenants
/// at once with <c>Clients.All</c>.
/// </summary>
public sealed class TenantHubContext<THub>
    where THub : Hub
{
    private readonly IHubContext<THub> _inner;
    private readonly TenantScope _scope;
    private readonly LiveConnections _connections;

    internal TenantHubContext(IHubContext<THub> inner, TenantScope scope, LiveConnections connections) =>
        (_inner, _scope, _connections) = (inner, scope, connections);

    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public IHubClients Clients => new TenantClients(_inner.Clients, _scope.Tenant, _connections);

    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public IGroupManager Groups => new TenantGroups(_inner.Groups, _scope.Tenant, _connections);
}
