using System.Text.RegularExpressions;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Clients;

internal sealed record ClientRequest(
    string? Name = null,
    string? Type = null,
    IReadOnlyList<string?>? RedirectUris = null,
    IReadOnlyList<string?>? PostLogoutRedirectUris = null,
    IReadOnlyList<string?>? GrantTypes = null,
    IReadOnlyList<string?>? Scopes = null,
    IReadOnlyList<string?>? Audiences = null,
    string? SigningAlgorithm = null);

/// <summary>A client whose every value has been checked, with the id and secret it will have.</summary>
internal sealed partial record ClientPlan(ClientSpec Spec, string? Secret)
{
    private const int MostUris = 100;

    /// <param name="prefix">What precedes the fields' names in errors: <c>client.</c> or nothing.</param>
    public static ClientPlan Read(Check check, ClientRequest request, string prefix)
    {
        var name = check.OptionalText(request.Name, $"{prefix}name", 100) ?? "default";
        var confidential = check.OneOf(request.Type, $"{prefix}type", "public", "confidential") == "confidential";
        var redirects = check.List(request.RedirectUris, $"{prefix}redirect_uris", MostUris, (text, field) => RedirectUris.Read(check, text, field));
        var afterLogout = check.List(request.PostLogoutRedirectUris, $"{prefix}post_logout_redirect_uris", MostUris, (text, field) => RedirectUris.Read(check, text, field));
        var grants = ReadGrants(check, request.GrantTypes, $"{prefix}grant_types", confidential);
        if (grants.Contains("authorization_code") && redirects.Length == 0)
        {
            check.Fail(HttpErrors.Required($"{prefix}redirect_uris"));
        }

        var scopes = check.List(request.Scopes, $"{prefix}scopes", 50, (text, field) => ReadToken(check, text, field, 64));
        var audiences = check.List(request.Audiences, $"{prefix}audiences", 20, (text, field) => ReadToken(check, text, field, 256));
        var algorithm = check.OneOf(request.SigningAlgorithm ?? "ES256", $"{prefix}signing_algorithm", "ES256", "RS256");

        var secret = confidential ? GeneratedSecret.New() : null;
        var hash = secret is null ? null : GeneratedSecret.HashOf(secret);
        return new ClientPlan(new ClientSpec(ClientId.New(), name, redirects, afterLogout, grants, scopes, audiences, hash, algorithm), secret);
    }

    /// <param name="tenant">Whose realm it is; none for a shared realm's client.</param>
    public ClientRow ToRow(TenantId? tenant, RealmId realm, Change change) => new()
    {
        ClientId = Spec.ClientId,
        TenantId = tenant,
        RealmId = realm,
        Name = Spec.Name,
        Confidential = Spec.SecretHash is not null,
        RedirectUris = [.. Spec.RedirectUris],
        PostLogoutRedirectUris = [.. Spec.PostLogoutRedirectUris],
        GrantTypes = [.. Spec.GrantTypes],
        Scopes = [.. Spec.Scopes],
        Audiences = [.. Spec.Audiences],
        SigningAlgorithm = Spec.SigningAlgorithm,
        CreatedAt = change.Now,
        Active = false,
        Born = change.Revision,
    };

    private static string[] ReadGrants(Check check, IReadOnlyList<string?>? given, string field, bool confidential)
    {
        var grants = check.List(given, field, 3, (text, at) =>
        {
            if (text == "client_credentials" && !confidential)
            {
                check.Fail(ClientErrors.GrantNeedsSecret(at));
            }

            return check.OneOf(text, at, "authorization_code", "refresh_token", "client_credentials");
        });
        return grants is [] ? ["authorization_code", "refresh_token"] : grants;
    }

    private static string ReadToken(Check check, string text, string field, int most)
    {
        if (text.Length > most || !Token().IsMatch(text))
        {
            check.Fail(HttpErrors.Invalid(field, $"Give 1 to {most} visible ASCII characters without quotes and backslashes."));
        }

        return text;
    }

    // RFC 6749, appendix A.4.
    [GeneratedRegex(@"\A[\x21\x23-\x5B\x5D-\x7E]+\z")]
    private static partial Regex Token();
}
