using System.Text.Json;
using Tessera.Cell.Store;
using Tessera.Contracts.Provisioning;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Clients;

/// <summary>What an app client is to the protocol server: its row, as OpenIddict's Entity Framework store writes and reads it.</summary>
internal static class ClientShape
{
    public static ClientRow Of(ClientSpec spec)
    {
        var row = new ClientRow();
        Give(row, spec);
        return row;
    }

    /// <summary>Makes the row the same as asked.</summary>
    public static void Give(ClientRow row, ClientSpec spec)
    {
        row.ClientId = spec.ClientId.Value;
        row.DisplayName = spec.Name;
        row.ApplicationType = ApplicationTypes.Web;
        row.ClientType = spec.IsConfidential ? ClientTypes.Confidential : ClientTypes.Public;
        row.ConsentType = ConsentTypes.Implicit;
        row.ClientSecret = spec.SecretHash;
        row.JsonWebKeySet = spec.Jwks;
        row.RedirectUris = List(spec.RedirectUris);
        row.PostLogoutRedirectUris = List(spec.PostLogoutRedirectUris);
        row.Permissions = List(Permitted(spec).Distinct(StringComparer.Ordinal));
        row.Requirements = List(Required(spec));
        row.SigningAlgorithm = spec.SigningAlgorithm;
        row.Audiences = string.Join(' ', spec.Audiences);
        row.BackchannelLogoutUri = spec.BackchannelLogoutUri;
        row.CustomTenantClaim = spec.CustomTenantClaim;
    }

    private static IEnumerable<string> Permitted(ClientSpec spec) =>
    [
        Permissions.Endpoints.Token,
        Permissions.Endpoints.Revocation,
        .. spec.GrantTypes.Select(grant => Permissions.Prefixes.GrantType + grant),
        .. spec.Scopes.Concat([Scopes.Email, Scopes.Profile]).Select(scope => Permissions.Prefixes.Scope + scope),
        .. spec.IsConfidential ? new[] { Permissions.Endpoints.Introspection } : [],
        .. spec.GrantTypes.Contains(GrantTypes.DeviceCode) ? new[] { Permissions.Endpoints.DeviceAuthorization } : [],
        .. spec.GrantTypes.Contains(GrantTypes.AuthorizationCode)
            ? new[] { Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.EndSession, Permissions.ResponseTypes.Code }
            : [],
    ];

    private static IEnumerable<string> Required(ClientSpec spec) =>
    [
        // A public client has nothing but PKCE to show that the code is its own.
        .. spec.RequirePkce || !spec.IsConfidential ? new[] { Requirements.Features.ProofKeyForCodeExchange } : [],
        .. spec.RequirePushedAuthorization ? new[] { Requirements.Features.PushedAuthorizationRequests } : [],
    ];

    private static string? List(IEnumerable<string> values) => values.ToArray() is { Length: > 0 } list ? JsonSerializer.Serialize(list) : null;
}
