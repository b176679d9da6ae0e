using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Clients;

/// <param name="ClientSecret">Of a confidential client, told this once.</param>
internal sealed record ClientMade(ClientId ClientId, string? ClientSecret);

internal sealed record ClientList(IReadOnlyList<ClientView> Clients);

internal sealed record ClientView(
    ClientId ClientId,
    string Name,
    string Type,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris,
    IReadOnlyList<string> GrantTypes,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Audiences,
    string SigningAlgorithm,
    DateTimeOffset CreatedAt)
{
    public static ClientView Of(ClientRow row) => new(
        row.ClientId, row.Name, row.Confidential ? "confidential" : "public", row.RedirectUris, row.PostLogoutRedirectUris,
        row.GrantTypes, row.Scopes, row.Audiences, row.SigningAlgorithm, row.CreatedAt);
}
