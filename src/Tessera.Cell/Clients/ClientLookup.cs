using OpenIddict.Abstractions;
using Tessera.Cell.Store;

namespace Tessera.Cell.Clients;

/// <summary>The app clients of the realm in hand, each read once per request.</summary>
internal sealed class ClientLookup(IOpenIddictApplicationManager manager)
{
    public async Task<ClientRow?> FindAsync(string? clientId, CancellationToken cancellation) =>
        string.IsNullOrEmpty(clientId) ? null : (ClientRow?)await manager.FindByClientIdAsync(clientId, cancellation);

    /// <exception cref="InvalidOperationException">The realm has no such client, though the protocol has let it through.</exception>
    public async Task<ClientRow> GetAsync(string? clientId, CancellationToken cancellation) =>
        await FindAsync(clientId, cancellation) ?? throw new InvalidOperationException("The client is not one of the realm.");

    /// <summary>Whether the client has registered exactly this redirect URI.</summary>
    public async Task<bool> HasRedirectUriAsync(ClientRow client, string? uri, CancellationToken cancellation) =>
        !string.IsNullOrEmpty(uri) && (await manager.GetRedirectUrisAsync(client, cancellation)).Contains(uri, StringComparer.Ordinal);
}
