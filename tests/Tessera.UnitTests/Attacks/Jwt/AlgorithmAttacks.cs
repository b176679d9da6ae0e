using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>The header says how the token is to be verified: not at all, by a public key as a secret, by a key it brings.</summary>
internal static class AlgorithmAttacks
{
    private static readonly string[] Hmacs = ["HS256", "HS384", "HS512"];

    public static IEnumerable<JwtAttack> On(JwtSubject subject)
    {
        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "", " ", "none ", "nоne" }) // the last with a Cyrillic o
        {
            yield return new($"alg '{none}' without a signature", subject.Made(header => header["alg"] = none, _ => []));
            yield return new($"alg '{none}' with any signature", subject.Made(header => header["alg"] = none, _ => [1]));
            yield return new($"alg '{none}' with the right signature", subject.BySigner(header => header["alg"] = none));
        }

        foreach (var alg in new JsonNode?[] { null, 1, true, new JsonArray("ES256"), new JsonObject { ["ES256"] = 1 }, "es256", "ES256 ", "ES256K", "ES384", "ES512", "RS256", "PS256", "EdDSA", "dir", "A256GCMKW" })
        {
            var text = alg?.ToJsonString() ?? "null";
            yield return new($"alg {text} with the right signature", subject.BySigner(header => header["alg"] = alg?.DeepClone()));
        }

        yield return new("no alg", subject.BySigner(header => header.Remove("alg")));
        foreach (var attack in PublicKeyAsSecret(subject).Concat(KeyInHeader(subject)).Concat(OtherCurves(subject)))
        {
            yield return attack;
        }
    }

    private static IEnumerable<JwtAttack> PublicKeyAsSecret(JwtSubject subject)
    {
        using var key = subject.Key.ToECDsa();
        var pem = key.ExportSubjectPublicKeyInfoPem();
        var point = key.ExportParameters(false).Q;
        (string Form, byte[] Secret)[] secrets =
        [
            ("PEM", Encoding.ASCII.GetBytes(pem)), ("PEM with a line end", Encoding.ASCII.GetBytes(pem + "\n")), ("DER", key.ExportSubjectPublicKeyInfo()),
            ("JWK", JsonSerializer.SerializeToUtf8Bytes(subject.Key, WireJson.Default.PublicJwk)), ("x", point.X!), ("point", [4, .. point.X!, .. point.Y!]),
            ("kid", Encoding.ASCII.GetBytes(subject.Key.Kid)), ("nothing", []), ("a zero", [0]),
        ];
        foreach (var (form, secret) in secrets)
        {
            foreach (var alg in Hmacs)
            {
                yield return new($"{alg} with the public key's {form} as secret", subject.Made(header => header["alg"] = alg, data => alg switch
                {
                    "HS256" => HMACSHA256.HashData(secret, data),
                    "HS384" => HMACSHA384.HashData(secret, data),
                    _ => HMACSHA512.HashData(secret, data),
                }));
            }

            yield return new($"HS256 with the public key's {form} as secret, called ES256", subject.Made(_ => { }, data => HMACSHA256.HashData(secret, data)));
        }
    }

    // A key of the attacker's own, which the header brings or says where to fetch.
    private static IEnumerable<JwtAttack> KeyInHeader(JwtSubject subject)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = PublicJwk.From(own);
        var parameters = own.ExportParameters(true);
        byte[] Sign(byte[] data) => own.SignData(data, HashAlgorithmName.SHA256);
        var node = JsonSerializer.SerializeToNode(jwk, WireJson.Default.PublicJwk)!;
        var named = node.DeepClone();
        named["kid"] = subject.Key.Kid;
        var secret = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = jwk.X, ["y"] = jwk.Y, ["d"] = EncodeToString(parameters.D!) };
        (string Member, JsonNode Value)[] members =
        [
            ("jwk", node), ("jwk", named), ("jwk", secret), ("jwk", new JsonObject { ["kty"] = "oct", ["k"] = "AA" }), ("jku", "http://127.0.0.1:9/jwks.json"), ("jku", "file:///dev/null"), ("x5u", "http://127.0.0.1:9/cert.pem"),
            ("x5c", new JsonArray(Convert.ToBase64String(own.ExportSubjectPublicKeyInfo()))), ("x5t", "AA"), ("x5t#S256", "AA"), ("jwks", new JsonObject { ["keys"] = new JsonArray(node.DeepClone()) }),
        ];
        foreach (var kid in new string?[] { subject.Key.Kid, jwk.Kid, null })
        {
            var which = kid is null ? "no kid" : kid == jwk.Kid ? "its kid" : "the right kid";
            foreach (var (member, value) in members)
            {
                yield return new($"an own key in {member} under {which}", subject.Made(header => { header[member] = value.DeepClone(); header["kid"] = kid; }, Sign));
            }

            yield return new($"an own key under {which}", subject.Made(header => header["kid"] = kid, Sign));
        }
    }

    private static IEnumerable<JwtAttack> OtherCurves(JwtSubject subject)
    {
        foreach (var (alg, curve, hash) in new[] { ("ES384", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384), ("ES512", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512) })
        {
            var key = ECDsa.Create(curve);
            yield return new($"{alg} by a key of that curve", subject.Made(header => header["alg"] = alg, data => key.SignData(data, hash)));
            yield return new($"a key of {alg}'s curve, called ES256", subject.Made(_ => { }, data => key.SignData(data, HashAlgorithmName.SHA256)));
        }

        var rsa = RSA.Create(2048);
        yield return new("RS256 by an RSA key", subject.Made(header => header["alg"] = "RS256", data => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        yield return new("PS256 by an RSA key", subject.Made(header => header["alg"] = "PS256", data => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
    }
}
