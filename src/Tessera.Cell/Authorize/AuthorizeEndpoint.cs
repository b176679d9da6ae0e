using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Tessera.Cell.Clients;
using Tessera.Cell.Memberships;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Authorize;

/// <summary>
/// <c>/oauth2/authorize</c>. OpenIddict has by now checked client, redirect URI, response type, scope and PKCE; what is
/// left is whether the person at the browser is signed in as the request demands, and for which tenant. The order is the
/// security argument.
/// </summary>
internal static class AuthorizeEndpoint
{
    private static readonly AuthorizeStep[] Steps =
    [
        DemandSession,          // nobody is signed in: sign in, or login_required
        DemandChosenPrompt,     // the client wants to be asked again
        DemandFreshness,        // the sign-in is older than max_age
        DemandNamedAccount,     // id_token_hint names somebody else
    ];

    private delegate string? AuthorizeStep(AuthorizeRequest request);

    public static void MapAuthorize(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/oauth2/authorize", ["GET", "POST"], HandleAsync).At(Door.SignIn);

    private static async Task<IResult> HandleAsync(
        HttpContext http, SessionBook sessions, ClientLookup clients, TenantChooser tenants, GrantBook grants, RealmScope scope, TimeProvider time)
    {
        var request = http.GetOpenIddictServerRequest();
        if (request is null)
        {
            return Results.NotFound();
        }

        var hint = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal;
        var signedIn = await sessions.FindAsync(http, http.RequestAborted);
        var asked = new AuthorizeRequest(request, signedIn?.Session.AuthenticatedAt, signedIn?.Account.Sub, hint?.GetClaim(Claims.Subject), scope.Realm.IsShared, time.GetUtcNow());
        if (Steps.Select(step => step(asked)).FirstOrDefault(unmet => unmet is not null) is { } unmet)
        {
            return request.HasPromptValue(PromptValues.None)
                ? Refuse(Errors.LoginRequired, unmet)
                : Results.LocalRedirect("/login" + Query(http, request));
        }

        switch (await tenants.ChooseAsync(request, signedIn!, hint, http.RequestAborted))
        {
            case TenantChoice.Made { Place: var place }:
                var client = await clients.GetAsync(request.ClientId, http.RequestAborted);
                var person = new Person(signedIn!.Account, scope.Tenant, place?.Membership);
                var principal = TokenPrincipal.ForPerson(person, signedIn.Session, client, request.GetScopes());
                principal.SetAuthorizationId(grants.Open(signedIn, person, client, request.GetScopes()));
                return Results.SignIn(principal, properties: null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
            case TenantChoice.Open:
                return request.HasPromptValue(PromptValues.None)
                    ? Refuse(Errors.AccountSelectionRequired, "The account has a place in several tenants. Name one with tenant=.")
                    : Results.LocalRedirect(ChooseTenantPage.Path + Query(http, request));
            default:
                return Refuse(Errors.AccessDenied, "The account has no place in the tenant that was asked for.");
        }
    }

    private static string? DemandSession(AuthorizeRequest request) => request.AuthenticatedAt is null ? "Nobody is signed in." : null;

    // In a shared realm the account has several sides, and choosing among them takes no new password.
    private static string? DemandChosenPrompt(AuthorizeRequest request) =>
        request.Protocol.HasPromptValue(PromptValues.Login) || (request.Protocol.HasPromptValue(PromptValues.SelectAccount) && !request.IsShared)
            ? "The client asks for a new sign-in." : null;

    private static string? DemandFreshness(AuthorizeRequest request) =>
        request.Protocol.MaxAge is { } age && (request.Now - request.AuthenticatedAt)?.TotalSeconds > age
            ? "The sign-in is older than max_age allows." : null;

    private static string? DemandNamedAccount(AuthorizeRequest request) =>
        request.HintedSubject is { } subject && subject != request.Subject?.ToString() ? "Another account is signed in than id_token_hint names." : null;

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);

    // A request that was posted (OpenID Connect Core, section 3.1.2.1) goes on as a query, like any other.
    private static string Query(HttpContext http, OpenIddictRequest request) => HttpMethods.IsGet(http.Request.Method)
        ? http.Request.QueryString.Value ?? ""
        : QueryString.Create(request.GetParameters().Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value))).Value ?? "";

    private sealed record AuthorizeRequest(OpenIddictRequest Protocol, DateTimeOffset? AuthenticatedAt, Guid? Subject, string? HintedSubject, bool IsShared, DateTimeOffset Now);
}
