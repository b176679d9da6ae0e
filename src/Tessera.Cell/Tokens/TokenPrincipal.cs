using System.Security.Claims;
using OpenIddict.Abstractions;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Tokens;

/// <summary>Who a token speaks of, and which of its claims goes into which token. The one place where claims are made.</summary>
internal static class TokenPrincipal
{
    /// <summary>For a person who has signed in.</summary>
    public static ClaimsPrincipal ForPerson(Person person, SessionRow session, ClientRow client, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("tessera", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.Account.Sub.ToString());
        identity.SetClaim(Claims.AuthenticationTime, session.AuthenticatedAt.ToUnixTimeSeconds());
        identity.SetClaims(Claims.AuthenticationMethodReference, ["pwd"]); // RFC 8176, section 2
        identity.SetClaim(TokenClaims.SessionId, session.SessionId.ToString());
        identity.SetScopes(scopes);
        identity.SetResources(AudiencesOf(client));
        return Stamp(new ClaimsPrincipal(identity), person.Tenant, person);
    }

    /// <summary>For a machine: the client itself, in its own tenant or in one that has let it in.</summary>
    public static ClaimsPrincipal ForClient(TenantId tenant, ClientRow client, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("tessera", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, client.ClientId);
        identity.SetScopes(scopes);
        identity.SetResources(AudiencesOf(client));
        return Stamp(new ClaimsPrincipal(identity), tenant, person: null);
    }

    /// <summary>Writes what must be true now, whatever an earlier ticket said: the tenant, and the person as the store has them.</summary>
    public static ClaimsPrincipal Stamp(ClaimsPrincipal principal, TenantId tenant, Person? person)
    {
        principal.SetClaim(TokenClaims.TenantId, tenant.ToString());
        principal.SetClaim(Claims.PreferredUsername, person?.Account.Username);
        principal.SetClaim(Claims.Name, person?.Name);
        principal.SetClaim(Claims.Email, person?.Email);
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
