using Microsoft.AspNetCore;
using Tessera.Cell.Limits;
using Tessera.Cell.Pages;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;

namespace Tessera.Cell.Device;

/// <summary>
/// <c>/device</c> (RFC 8628, section 3.3): a person lets a device in that has no browser. Code, then sign-in, then a question
/// that names the application; nothing is allowed by following a link.
/// </summary>
internal static class DevicePage
{
    /// <summary>Where the person ends up.</summary>
    public const string Done = "/device/done";

    public static void MapDevice(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(ProtocolPaths.Device, ["GET", "POST"], HandleAsync).At(Door.SignIn);
        routes.MapGet(Done, (RealmScope scope) => Page.Message(scope.Realm, "Your device may go on", "You can close this page and go back to your device.")).At(Door.SignIn);
    }

    private static async Task<IResult> HandleAsync(HttpContext http, UserCodes codes, SessionBook sessions, DeviceDecision decision, RealmScope scope)
    {
        var request = http.GetOpenIddictServerRequest();
        if (request is null)
        {
            return Results.NotFound();
        }

        if (HttpMethods.IsPost(http.Request.Method) && !SameOrigin.Allows(http.Request, scope.Realm))
        {
            return Page.Message(scope.Realm, "This form came from elsewhere", "Type the address your device shows, and the code.", StatusCodes.Status403Forbidden);
        }

        if (string.IsNullOrEmpty(request.UserCode))
        {
            return Ask(scope.Realm, null, StatusCodes.Status200OK);
        }

        switch (await codes.FindAsync(http, request.UserCode))
        {
            case UserCodeResult.Found { Code: var code }:
                return await sessions.FindAsync(http, http.RequestAborted) is { } signedIn
                    ? await decision.MakeAsync(http, request, code, signedIn)
                    : Results.LocalRedirect(DeviceSignIn.LoginFor(code));
            case UserCodeResult.TooMany:
                http.Response.Headers.RetryAfter = "600";
                return Ask(scope.Realm, "There were too many wrong codes from here. Try again in ten minutes.", StatusCodes.Status429TooManyRequests);
            default:
                return Ask(scope.Realm, "The code is not right, or has expired. Look at your device again.", StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Ask(Realm realm, string? message, int status)
    {
        var alert = message is null ? Html.Empty : Html.Of($"""<p class="alert" role="alert">{message}</p>""");
        return Page.Show(realm, "Let a device in", Html.Of($"""
            <h1>Let a device in</h1>
            {alert}
            <form method="post" action="{ProtocolPaths.Device}">
              <label for="user_code">The code your device shows</label>
              <input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="16" required autofocus>
              <button type="submit">Go on</button>
            </form>
            """), status);
    }
}
