using System.Text.Json.Nodes;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Clients;

/// <param name="ClientSecret">Of a confidential client without keys, told this once.</param>
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
    JsonNode? Jwks,
    string? BackchannelLogoutUri,
    bool CustomTenantClaim,
    bool RequirePkce,
    bool RequirePushedAuthorization,
    DateTimeOffset CreatedAt)
{
    public static ClientView Of(ClientRow row) => new(
        row.ClientId, row.Name, row.Confidential ? "confidential" : "public", row.RedirectUris, row.PostLogoutRedirectUris,
        row.GrantTypes, row.Scopes, row.Audiences, row.SigningAlgorithm, row.Jwks is null ? null : JsonNode.Parse(row.Jwks),
        row.BackchannelLogoutUri, row.CustomTenantClaim, row.RequirePkce, row.RequirePushedAuthorization, row.CreatedAt);
}
