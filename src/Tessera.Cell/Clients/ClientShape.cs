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
        row.ClientType = spec.SecretHash is null ? ClientTypes.Public : ClientTypes.Confidential;
        row.ConsentType = ConsentTypes.Implicit;
        row.ClientSecret = spec.SecretHash;
        row.RedirectUris = List(spec.RedirectUris);
        row.PostLogoutRedirectUris = List(spec.PostLogoutRedirectUris);
        row.Permissions = List(Permitted(spec).Distinct(StringComparer.Ordinal));
        row.SigningAlgorithm = spec.SigningAlgorithm;
        row.Audiences = string.Join(' ', spec.Audiences);
    }

    private static IEnumerable<string> Permitted(ClientSpec spec) =>
    [
        Permissions.Endpoints.Token,
        Permissions.Endpoints.Revocation,
        .. spec.GrantTypes.Select(grant => Permissions.Prefixes.GrantType + grant),
        .. spec.Scopes.Concat([Scopes.Email, Scopes.Profile]).Select(scope => Permissions.Prefixes.Scope + scope),
        .. spec.GrantTypes.Contains(GrantTypes.AuthorizationCode)
            ? new[] { Permissions.Endpoints.Authorization, Permissions.Endpoints.EndSession, Permissions.ResponseTypes.Code }
            : [],
    ];

    private static string? List(IEnumerable<string> values) => values.ToArray() is { Length: > 0 } list ? JsonSerializer.Serialize(list) : null;
}
