using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Clients;

/// <summary>OpenIddict's application store, finding clients in the <see cref="ClientCache"/>.</summary>
internal sealed class ClientStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options, ClientCache clients, RealmScope scope)
    : OpenIddictEntityFrameworkCoreApplicationStore<ClientRow, GrantRow, TokenRow, Guid>(cache, context, options)
{
    // A request asks for its one client again and again.
    private ClientRow? _last;

    public override async ValueTask<ClientRow?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken) =>
        _last?.ClientId == identifier ? _last
            : IsOne(identifier) ? _last = await clients.FindAsync(scope.Realm, identifier, cancellationToken)
            : null;

    // What is no client id is not looked up: a store cannot even be asked for some texts.
    private static bool IsOne(string identifier) => ClientId.TryParse(identifier, out _);
}
