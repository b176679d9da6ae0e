using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Provisioning;

/// <summary>An app client of a realm: <c>PUT /cell/realms/{realm_id}/clients/{client_id}</c>. Doing it twice changes nothing.</summary>
/// <param name="RedirectUris">Compared character by character.</param>
/// <param name="GrantTypes">Of <c>authorization_code</c>, <c>refresh_token</c>, <c>client_credentials</c> (confidential clients alone).</param>
/// <param name="Scopes">Beyond <c>openid</c>, <c>email</c>, <c>profile</c> and <c>offline_access</c>.</param>
/// <param name="Audiences">The <c>aud</c> of its access tokens; empty means the client itself.</param>
/// <param name="SecretHash">Base64url of the SHA-256 of a generated 256-bit secret; absent makes the client public.</param>
/// <param name="SigningAlgorithm"><c>ES256</c> or <c>RS256</c>.</param>
public sealed record ClientSpec(
    ClientId ClientId,
    string Name,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris,
    IReadOnlyList<string> GrantTypes,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Audiences,
    string? SecretHash = null,
    string SigningAlgorithm = "ES256");
