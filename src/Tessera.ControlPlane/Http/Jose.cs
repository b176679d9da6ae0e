using Microsoft.AspNetCore.Http;

namespace Tessera.ControlPlane.Http;

/// <summary>A signed document as the whole answer: a compact JWS (RFC 7515, section 9.2.1).</summary>
internal static class Jose
{
    public const string MediaType = "application/jose";

    public static IResult Of(string jws) => TypedResults.Text(jws, MediaType);
}
