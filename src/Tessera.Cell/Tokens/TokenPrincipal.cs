using System.Security.Claims;
using OpenIddict.Abstractions;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Tokens;

/// <summary>Who a token speaks of, and which of its claims goes into which token. The one place where claims are made.</summary>
internal static class TokenPrincipal
{
    /// <summary>For an account that has signed in.</summary>
    public static ClaimsPrincipal ForAccount(Realm realm, AccountRow account, SessionRow session, ClientRow client, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("tessera", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, account.Sub.ToString());
        identity.SetClaim(Claims.AuthenticationTime, session.AuthenticatedAt.ToUnixTimeSeconds());
        identity.SetClaims(Claims.AuthenticationMethodReference, ["pwd"]); // RFC 8176, section 2
        identity.SetClaim(TokenClaims.SessionId, session.SessionId.ToString());
        identity.SetScopes(scopes);
        identity.SetResources(AudiencesOf(client));
        return Stamp(new ClaimsPrincipal(identity), realm, account);
    }

    /// <summary>For a machine: the client itself, in its own tenant.</summary>
    public static ClaimsPrincipal ForClient(Realm realm, ClientRow client, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("tessera", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, client.ClientId);
        identity.SetScopes(scopes);
        identity.SetResources(AudiencesOf(client));
        return Stamp(new ClaimsPrincipal(identity), realm, account: null);
    }

    /// <summary>Writes what must be true now, whatever an earlier ticket said: the tenant, and the account as it is.</summary>
    public static ClaimsPrincipal Stamp(ClaimsPrincipal principal, Realm realm, AccountRow? account)
    {
        principal.SetClaim(TokenClaims.TenantId, realm.Tenant.ToString());
        principal.SetClaim(Claims.PreferredUsername, account?.Username);
        principal.SetClaim(Claims.Name, account?.Name);
        principal.SetClaim(Claims.Email, account?.Email);
        principal.SetDestinations(claim => DestinationsOf(claim, principal));
        return principal;
    }

    public static string[] AudiencesOf(ClientRow client) =>
        client.Audiences.Length > 0 ? client.Audiences.Split(' ') : [client.ClientId!];

    private static IEnumerable<string> DestinationsOf(Claim claim, ClaimsPrincipal principal) => claim.Type switch
    {
        Claims.Subject or TokenClaims.TenantId or TokenClaims.SessionId or Claims.AuthenticationTime or Claims.AuthenticationMethodReference =>
            [Destinations.AccessToken, Destinations.IdentityToken],
        Claims.Email when principal.HasScope(Scopes.Email) => [Destinations.IdentityToken],
        Claims.Name or Claims.PreferredUsername when principal.HasScope(Scopes.Profile) => [Destinations.IdentityToken],
        _ => [],
    };
}
