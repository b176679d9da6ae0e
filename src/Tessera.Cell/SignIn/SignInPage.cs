using Tessera.Cell.Clients;
using Tessera.Cell.Limits;
using Tessera.Cell.Pages;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;

namespace Tessera.Cell.SignIn;

/// <summary><c>/login</c>: a form that needs no script. Its fields are <c>username</c> and <c>password</c>.</summary>
internal static class SignInPage
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", ShowAsync).At(Door.SignIn);
        routes.MapPost("/login", SubmitAsync).At(Door.SignIn);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ClientLookup clients, RealmScope scope) =>
        await SignInRequest.ReadAsync(http, clients) is { } request
            ? Form(scope.Realm, request, request.LoginHint, message: null, StatusCodes.Status200OK)
            : NoRequest(scope.Realm);

    private static async Task<IResult> SubmitAsync(HttpContext http, ClientLookup clients, RealmScope scope, PasswordSignIn signIn, SessionBook sessions)
    {
        if (!SameOrigin.Allows(http.Request, scope.Realm))
        {
            return Page.Message(scope.Realm, "This form came from elsewhere", "Go back to your application and sign in again.", StatusCodes.Status403Forbidden);
        }

        if (await SignInRequest.ReadAsync(http, clients) is not { } request)
        {
            return NoRequest(scope.Realm);
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (username, password) = (form["username"].ToString(), form["password"].ToString());
        switch (await signIn.TryAsync(username, password, http.RequestAborted))
        {
            case SignInResult.Succeeded { Account: var account } when await sessions.BeginAsync(http, account, http.RequestAborted):
                return Results.LocalRedirect(request.AuthorizeAgain());
            case SignInResult.Busy:
                http.Response.Headers.RetryAfter = "5";
                return Form(scope.Realm, request, username, "Many people are signing in just now. Try again in a few seconds.", StatusCodes.Status503ServiceUnavailable);
            default:
                return Form(scope.Realm, request, username, "The user name or the password is not right.", StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Form(Realm realm, SignInRequest request, string username, string? message, int status)
    {
        var shown = username.Length > Accounts.Username.MaxLength ? "" : username;
        var alert = message is null ? Html.Empty : Html.Of($"""<p class="alert" role="alert">{message}</p>""");
        var body = Html.Of($"""
            <h1>Sign in to {realm.DisplayName}</h1>
            {alert}
            <form method="post" action="/login{request.Query.Value}">
              <label for="username">User name or e-mail</label>
              <input id="username" name="username" value="{shown}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required autofocus>
              <label for="password">Password</label>
              <input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required>
              <button type="submit">Sign in</button>
            </form>
            <p class="note">You will go on to {request.Client.DisplayName}.</p>
            """);
        return Page.Show(realm, $"Sign in to {realm.DisplayName}", body, status, request.RedirectOrigin);
    }

    public static IResult NoRequest(Realm realm) => Page.Message(
        realm, "Start at your application", "This page was opened without a valid request of an application. Open your application and sign in from there.", StatusCodes.Status400BadRequest);
}
