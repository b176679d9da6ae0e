using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Tessera.Cell.Limits;
using Tessera.Cell.Pages;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.SignOut;

/// <summary>
/// <c>/logout</c> (OpenID Connect RP-Initiated Logout 1.0). An id token of the account that is signed in proves that its
/// application asks, and the session ends at once; otherwise the person is asked, so that no link signs anybody out.
/// </summary>
internal static class SignOutPage
{
    public static void MapSignOut(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/logout", ["GET", "POST"], HandleAsync).At(Door.SignIn);
        routes.MapGet("/signed-out", (RealmScope scope) => Page.Message(scope.Realm, "You are signed out", "You can close this page.")).At(Door.SignIn);
    }

    private static async Task<IResult> HandleAsync(HttpContext http, SessionBook sessions, RealmScope scope)
    {
        var request = http.GetOpenIddictServerRequest();
        if (request is null)
        {
            return Results.NotFound();
        }

        var signedIn = await sessions.FindAsync(http, http.RequestAborted);
        var hint = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal;
        var proved = signedIn is null || hint?.GetClaim(Claims.Subject) == signedIn.Account.Sub.ToString();
        if (!proved && !await ConfirmedAsync(http, scope.Realm))
        {
            return Ask(request, scope.Realm);
        }

        await sessions.EndAsync(http, http.RequestAborted);
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/signed-out" }, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    private static async Task<bool> ConfirmedAsync(HttpContext http, Realm realm) =>
        HttpMethods.IsPost(http.Request.Method)
        && SameOrigin.Allows(http.Request, realm)
        && (await http.Request.ReadFormAsync(http.RequestAborted))["confirm"] == "yes";

    private static IResult Ask(OpenIddictRequest request, Realm realm)
    {
        var fields = request.GetParameters().Where(parameter => parameter.Key != "confirm").Select(parameter =>
            Html.Of($"""<input type="hidden" name="{parameter.Key}" value="{(string?)parameter.Value}">"""));
        var body = Html.Of($"""
            <h1>Sign out of {realm.DisplayName}?</h1>
            <form method="post" action="/logout">
              {Html.Join(fields)}
              <input type="hidden" name="confirm" value="yes">
              <button type="submit">Sign out</button>
            </form>
            """);
        // OpenIddict has checked the post-logout address against the realm's clients; the browser must be let go there.
        var target = Uri.TryCreate(request.PostLogoutRedirectUri, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;
        return Page.Show(realm, "Sign out", body, formTarget: target);
    }
}
