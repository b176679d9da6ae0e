using Tessera.Cell.Realms;

namespace Tessera.Cell.Limits;

/// <summary>
/// Forms are taken from our own pages alone. Browsers say where a form comes from, in <c>Sec-Fetch-Site</c> (Fetch
/// Metadata) or <c>Origin</c>; a request that says neither is no browser's and carries no ambient right.
/// </summary>
internal static class SameOrigin
{
    public static bool Allows(HttpRequest request, Realm realm)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return site.Length > 0 ? site is "same-origin"
            : origin.Length == 0 || origin == realm.SignIn.GetLeftPart(UriPartial.Authority);
    }
}
