using Tessera.Cell.Clients;
using Tessera.Cell.Pages;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;
using Tessera.Cell.SignIn;

namespace Tessera.Cell.Memberships;

/// <summary>
/// <c>/choose-tenant</c> of a shared realm: the tenants of whoever is signed in, each a link that goes on with the same
/// authorization request and names that tenant. A link changes nothing, so that none can be forged to any avail.
/// </summary>
internal static class ChooseTenantPage
{
    public const string Path = "/choose-tenant";

    public static void MapChooseTenant(this IEndpointRouteBuilder routes) => routes.MapGet(Path, ShowAsync).At(Door.SignIn);

    private static async Task<IResult> ShowAsync(HttpContext http, ClientLookup clients, SessionBook sessions, PlaceLookup places, RealmScope scope)
    {
        if (!scope.Realm.IsShared)
        {
            return Results.NotFound();
        }

        if (await SignInRequest.ReadAsync(http, clients) is not { } request)
        {
            return SignInPage.NoRequest(scope.Realm);
        }

        if (await sessions.FindAsync(http, http.RequestAborted) is not { } signedIn)
        {
            return Results.LocalRedirect("/login" + request.Query);
        }

        var links = (await places.ListAsync(signedIn.Account.Sub, http.RequestAborted)).Select(place =>
            Html.Of($"""<li><a href="{request.AuthorizeAgain(place.Tenant.Slug)}">{place.Tenant.DisplayName}</a></li>"""));
        return Page.Show(scope.Realm, "Choose where to go", Html.Of($"""
            <h1>Where do you want to go?</h1>
            <p>You are signed in as {signedIn.Account.Username}.</p>
            <ul class="choices">{Html.Join(links)}</ul>
            <p class="note"><a href="/login{request.Query.Value}">Use another account</a></p>
            """));
    }
}
