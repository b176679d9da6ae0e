using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;

namespace Tessera.Cell.Pages;

/// <summary>What a person sees who types the sign-in host by hand; and what a probe sees at the cell's own address.</summary>
internal static class Home
{
    public static void MapHome(this IEndpointRouteBuilder routes) => routes.MapGet("/", async (HttpContext http, SessionBook sessions, RealmScope scope) =>
    {
        var signedIn = await sessions.FindAsync(http, http.RequestAborted);
        return signedIn is null
            ? Page.Message(scope.Realm, "Nobody is signed in", "Open your application to sign in.")
            : Page.Show(scope.Realm, "Signed in", Html.Of($"""
                <h1>You are signed in as {signedIn.Account.Name ?? signedIn.Account.Username}</h1>
                <p><a href="/logout">Sign out</a></p>
                """));
    }).At(Door.SignIn);

    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", () => Results.Json(new { status = "ok" })).At(Door.Control);
}
