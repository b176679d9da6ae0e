using Microsoft.AspNetCore.SignalR;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>What <see cref="TenantClients"/> is to everybody, seen from one of them.</summary>
internal sealed class TenantCallerClients(IHubCallerClients inner, TenantId tenant, string caller, LiveConnections connections) : IHubCallerClients
{
    private readonly TenantClients _clients = new(new FromHub(inner), tenant, connections);

    public ISingleClientProxy Caller => inner.Caller;

    IClientProxy IHubCallerClients<IClientProxy>.Caller => inner.Caller;

    public IClientProxy Others => AllExcept([caller]);

    public IClientProxy All => _clients.All;

    public IClientProxy OthersInGroup(string groupName) => _clients.GroupExcept(groupName, [caller]);

    public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => _clients.AllExcept(excludedConnectionIds);

    IClientProxy IHubClients<IClientProxy>.Client(string connectionId) => Client(connectionId);

    public ISingleClientProxy Client(string connectionId) => _clients.Client(connectionId);

    public IClientProxy Clients(IReadOnlyList<string> connectionIds) => _clients.Clients(connectionIds);

    public IClientProxy Group(string groupName) => _clients.Group(groupName);

    public IClientProxy Groups(IReadOnlyList<string> groupNames) => _clients.Groups(groupNames);

    public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => _clients.GroupExcept(groupName, excludedConnectionIds);

    public IClientProxy User(string userId) => _clients.User(userId);

    public IClientProxy Users(IReadOnlyList<string> userIds) => _clients.Users(userIds);

    // SignalR gives hubs and the rest of the application two interfaces with the same members.
    private sealed class FromHub(IHubCallerClients hub) : IHubClients
    {
        public IClientProxy All => hub.All;

        public IClientProxy AllExcept(IReadOnlyList<string> excludedConnectionIds) => hub.AllExcept(excludedConnectionIds);

        IClientProxy IHubClients<IClientProxy>.Client(string connectionId) => hub.Client(connectionId);

        public ISingleClientProxy Client(string connectionId) => hub.Client(connectionId);

        public IClientProxy Clients(IReadOnlyList<string> connectionIds) => hub.Clients(connectionIds);

        public IClientProxy Group(string groupName) => hub.Group(groupName);

        public IClientProxy Groups(IReadOnlyList<string> groupNames) => hub.Groups(groupNames);

        public IClientProxy GroupExcept(string groupName, IReadOnlyList<string> excludedConnectionIds) => hub.GroupExcept(groupName, excludedConnectionIds);

        public IClientProxy User(string userId) => hub.User(userId);

        public IClientProxy Users(IReadOnlyList<string> userIds) => hub.Users(userIds);
    }
}
