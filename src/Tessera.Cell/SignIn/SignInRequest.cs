using Microsoft.AspNetCore.Http.Extensions;
using Tessera.Cell.Clients;
using Tessera.Cell.Memberships;
using Tessera.Cell.Store;

namespace Tessera.Cell.SignIn;

/// <summary>
/// The authorization request a sign-in page serves: the query of <c>/login</c> is that of <c>/oauth2/authorize</c>, as on
/// Amazon Cognito's pages. Nothing is kept on the server, and there is no return address to abuse: a successful
/// sign-in always goes back to authorize, which validates the same query again.
/// </summary>
/// <param name="RedirectOrigin">Where the browser will be sent in the end; the page's policy must allow it.</param>
internal sealed record SignInRequest(ClientRow Client, string RedirectOrigin, string LoginHint, QueryString Query)
{
    public static async Task<SignInRequest?> ReadAsync(HttpContext http, ClientLookup clients)
    {
        var query = http.Request.Query;
        var redirectUri = query["redirect_uri"].ToString();
        return await clients.FindAsync(query["client_id"], http.RequestAborted) is { } client
            && await clients.HasRedirectUriAsync(client, redirectUri, http.RequestAborted)
            ? new SignInRequest(client, new Uri(redirectUri).GetLeftPart(UriPartial.Authority), query["login_hint"].ToString(), http.Request.QueryString)
            : null;
    }

    /// <summary>Where to go once signed in. What has just been satisfied is left out, or it would be demanded again.</summary>
    /// <param name="tenant">Of a shared realm: the slug of the tenant that was chosen.</param>
    public string AuthorizeAgain(string? tenant = null)
    {
        var remaining = new QueryBuilder(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Query.Value)
            .Where(parameter => tenant is null ? parameter.Key is not ("prompt" or "max_age") : parameter.Key is not ("prompt" or TenantChooser.Parameter))
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? "")));
        if (tenant is not null)
        {
            remaining.Add(TenantChooser.Parameter, tenant);
        }

        return "/oauth2/authorize" + remaining.ToQueryString();
    }
}
