using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Contracts.Keys;

/// <summary>A public signature key as RFC 7517 writes it: EC P-256 for ES256, RSA for RS256.</summary>
/// <param name="Kid">The key's RFC 7638 thumbprint.</param>
public sealed record PublicJwk(
    [property: JsonPropertyName("kty")] string Kty,
    [property: JsonPropertyName("kid")] string Kid,
    [property: JsonPropertyName("alg")] string Alg,
    [property: JsonPropertyName("use")] string Use = "sig",
    [property: JsonPropertyName("crv")] string? Crv = null,
    [property: JsonPropertyName("x")] string? X = null,
    [property: JsonPropertyName("y")] string? Y = null,
    [property: JsonPropertyName("n")] string? N = null,
    [property: JsonPropertyName("e")] string? E = null)
{
    /// <summary>The public half of a P-256 key.</summary>
    public static PublicJwk From(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (EncodeToString(point.X!), EncodeToString(point.Y!));
        return new PublicJwk("EC", Thumbprint($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""), "ES256", Crv: "P-256", X: x, Y: y);
    }

    /// <summary>The public half of an RSA key.</summary>
    public static PublicJwk From(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var (n, e) = (EncodeToString(parameters.Modulus!), EncodeToString(parameters.Exponent!));
        return new PublicJwk("RSA", Thumbprint($$"""{"e":"{{e}}","kty":"RSA","n":"{{n}}"}"""), "RS256", N: n, E: e);
    }

    /// <summary>The key as ECDSA P-256.</summary>
    /// <exception cref="CryptographicException">It is of another kind, or not a point of the curve.</exception>
    public ECDsa ToECDsa() => Kty == "EC" && Crv == "P-256" && X is not null && Y is not null
        ? ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = DecodeFromChars(X), Y = DecodeFromChars(Y) },
        })
        : throw new CryptographicException($"Key {Kid} is not an EC P-256 key.");

    /// <summary>The key as RSA parameters. The platform takes it for granted that there is a modulus and an exponent.</summary>
    /// <exception cref="CryptographicException">It is of another kind, or lacks one of them.</exception>
    internal RSAParameters ToRsa() =>
        Kty == "RSA" && DecodeFromChars(N) is { Length: > 0 } modulus && DecodeFromChars(E) is { Length: > 0 } exponent
            ? new RSAParameters { Modulus = modulus, Exponent = exponent }
            : throw new CryptographicException($"Key {Kid} is not an RSA key.");

    // RFC 7638: members in lexicographic order, no white space.
    private static string Thumbprint(string canonical) => EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
}
