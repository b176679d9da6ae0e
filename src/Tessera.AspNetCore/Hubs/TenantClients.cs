using Microsoft.AspNetCore.SignalR;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>A hub's clients, of one tenant: <c>All</c> is all of the tenant's, and every group and user is the tenant's own.</summary>
internal sealed class TenantClients(IHubClients inner, TenantId tenant, LiveConnections connections) : IHubClients
{
    public IClientProxy All => inner.Group(TenantGroup.Everyone(tenant));

    public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => inner.GroupExcept(TenantGroup.Everyone(tenant), excludedConnectionIds);

    IClientProxy IHubClients<IClientProxy>.Client(string connectionId) => Client(connectionId);

    public ISingleClientProxy Client(string connectionId) => inner.Client(connections.Demand(connectionId, tenant));

    public IClientProxy Clients(IReadOnlyList<string> connectionIds) => inner.Clients([.. connectionIds.Select(id => connections.Demand(id, tenant))]);

    public IClientProxy Group(string groupName) => inner.Group(TenantGroup.Of(tenant, groupName));

    public IClientProxy Groups(IReadOnlyList<string> groupNames) => inner.Groups([.. groupNames.Select(name => TenantGroup.Of(tenant, name))]);

    public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) =>
        inner.GroupExcept(TenantGroup.Of(tenant, groupName), excludedConnectionIds);

    public IClientProxy User(string userId) => inner.User(TenantGroup.User(tenant, userId));

    public IClientProxy Users(IReadOnlyList<string> userIds) => inner.Users([.. userIds.Select(id => TenantGroup.User(tenant, id))]);
}
