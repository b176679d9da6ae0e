using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Provisioning;

/// <summary>An app client of a realm: <c>PUT /cell/realms/{realm_id}/clients/{client_id}</c>. Doing it twice changes nothing.</summary>
/// <param name="RedirectUris">Compared character by character.</param>
/// <param name="GrantTypes">
/// Of <c>authorization_code</c>, <c>refresh_token</c>, <c>client_credentials</c> (confidential clients alone) and
/// <c>urn:ietf:params:oauth:grant-type:device_code</c>.
/// </param>
/// <param name="Scopes">Beyond <c>openid</c>, <c>email</c>, <c>profile</c> and <c>offline_access</c>.</param>
/// <param name="Audiences">The <c>aud</c> of its access tokens; empty means the client itself.</param>
/// <param name="SecretHash">Base64url of the SHA-256 of a generated 256-bit secret; absent, and without <paramref name="Jwks"/>, the client is public.</param>
/// <param name="SigningAlgorithm"><c>ES256</c> or <c>RS256</c>.</param>
/// <param name="Jwks">A <see cref="Keys.ClientKeySet"/>: the client authenticates with <c>private_key_jwt</c> and has no secret.</param>
/// <param name="BackchannelLogoutUri">Where it is told that a session has ended (OpenID Connect Back-Channel Logout 1.0); absent: nowhere.</param>
/// <param name="CustomTenantClaim">Its access and id tokens say the tenant as <c>custom:tenant_id</c> too, as Amazon Cognito's do.</param>
/// <param name="RequirePkce">False lets a confidential client do without PKCE; a public one never may.</param>
/// <param name="RequirePushedAuthorization">Its authorization requests must be pushed (RFC 9126).</param>
internal sealed record ClientSpec(
    ClientId ClientId,
    string Name,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> PostLogoutRedirectUris,
    IReadOnlyList<string> GrantTypes,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Audiences,
    string? SecretHash = null,
    string SigningAlgorithm = "ES256",
    string? Jwks = null,
    string? BackchannelLogoutUri = null,
    bool CustomTenantClaim = false,
    bool RequirePkce = true,
    bool RequirePushedAuthorization = false)
{
    /// <summary>Whether it proves who it is; a public client only says so.</summary>
    public bool IsConfidential => SecretHash is not null || Jwks is not null;
}
