using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Pushed;

/// <summary>A pushed authorization request (RFC 9126) on its way through the sign-in pages.</summary>
internal static class PushedRequest
{
    /// <summary>
    /// What the sign-in page needs to serve it: its reference, and beside it whose it is, where it leads and who is expected.
    /// Authorize reads the reference alone. Null if the request was not pushed.
    /// </summary>
    public static string? Query(OpenIddictRequest request) => request.RequestUri is not { Length: > 0 } reference
        ? null
        : QueryString.Create("client_id", request.ClientId ?? "")
            .Add("request_uri", reference).Add("redirect_uri", request.RedirectUri ?? "").Add("login_hint", request.LoginHint ?? "").Value;

    /// <summary>When the request of this call was pushed, to the second; null if it was not.</summary>
    public static DateTimeOffset? MadeAt(HttpContext http) =>
        http.Features.Get<OpenIddictServerAspNetCoreFeature>()?.Transaction?
            .GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!)?.RequestTokenPrincipal?.GetCreationDate();
}
