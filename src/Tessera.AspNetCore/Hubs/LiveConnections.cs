using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Tessera.AspNetCore.Streams;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Hubs;

/// <summary>The hub connections of this server and whose they are, from their beginning to their end.</summary>
internal sealed class LiveConnections(LiveTokens tokens)
{
    private readonly ConcurrentDictionary<string, (TenantEntry Tenant, string Token, IDisposable Watch)> _connections = new(StringComparer.Ordinal);

    /// <summary>Takes a connection in; it is aborted when its token is no longer good.</summary>
    public void Add(HubCallerContext connection, TenantEntry tenant, string token) =>
        _connections[connection.ConnectionId] = (tenant, token, tokens.Add(token, connection.Abort));

    public void Remove(string connectionId)
    {
        if (_connections.TryRemove(connectionId, out var gone))
        {
            gone.Watch.Dispose();
        }
    }

    /// <summary>The tenant and token a connection began with; null when it was never let in.</summary>
    public (TenantEntry Tenant, string Token)? Find(string connectionId) =>
        _connections.TryGetValue(connectionId, out var found) ? (found.Tenant, found.Token) : null;

    /// <summary>The id itself, unless it is known to be another tenant's. What another server holds is not known here.</summary>
    /// <exception cref="HubException">It is another tenant's.</exception>
    public string Demand(string connectionId, TenantId tenant) =>
        IsAnothers(connectionId, tenant) ? throw new HubException("There is no such connection.") : connectionId;

    private bool IsAnothers(string connectionId, TenantId tenant) => Find(connectionId) is { } known && known.Tenant.TenantId != tenant;
}
