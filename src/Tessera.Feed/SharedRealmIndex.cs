using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Feed;

/// <summary>Shared realms by id and client, and by sign-in host where that is one of ours. One writer, any readers.</summary>
internal sealed class SharedRealmIndex
{
    private readonly ConcurrentDictionary<RealmId, SharedRealmEntry> _realms = new();
    private readonly ConcurrentDictionary<string, SharedRealmEntry> _byHost = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ClientId, SharedRealmEntry> _byClient = new();

    public IEnumerable<SharedRealmEntry> All => _realms.Values;

    public bool TryGet(RealmId realm, [NotNullWhen(true)] out SharedRealmEntry? shared) => _realms.TryGetValue(realm, out shared);

    public bool TryGet(ClientId client, [NotNullWhen(true)] out SharedRealmEntry? shared) => _byClient.TryGetValue(client, out shared);

    public bool TryGetByHost(string host, [NotNullWhen(true)] out SharedRealmEntry? shared) => _byHost.TryGetValue(host, out shared);

    public void Apply(SharedRealmEntry shared)
    {
        _realms.TryGetValue(shared.Realm, out var old);
        _realms[shared.Realm] = shared;
        if (shared.Backend == Backend.Native)
        {
            _byHost[shared.SignInHost] = shared;
        }

        foreach (var client in shared.Clients)
        {
            _byClient[client] = shared;
        }

        if (old is null)
        {
            return;
        }

        // What still leads to the old entry is its no more.
        _byHost.TryRemove(new(old.SignInHost, old));
        foreach (var client in old.Clients)
        {
            _byClient.TryRemove(new(client, old));
        }
    }
}
