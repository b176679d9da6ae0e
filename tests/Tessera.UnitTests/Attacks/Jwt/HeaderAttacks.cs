using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>Key ids that are paths or queries, extensions a verifier does not know, other types, encryption.</summary>
internal static class HeaderAttacks
{
    private static readonly Lazy<byte[]> Bomb = new(() => Deflate(new byte[64 * 1024 * 1024]));

    public static IEnumerable<JwtAttack> On(JwtSubject subject)
    {
        foreach (var kid in new JsonNode?[]
        {
            "../../../../dev/null", "/dev/null", "..\\..\\windows\\win.ini", "' UNION SELECT 'AA' --", "1; DROP TABLE pools", "${jndi:ldap://x}", "http://127.0.0.1:9/key", "%00", "\0", "", " ", "*",
            new string('k', 5_000), 0, -1, true, null, new JsonArray(subject.Key.Kid), new JsonObject { ["kid"] = subject.Key.Kid }, Flip(subject.Key.Kid), subject.Key.Kid + " ", " " + subject.Key.Kid, subject.Key.Kid + "\0", subject.Key.Kid[..^1],
        })
        {
            var text = kid?.ToJsonString() ?? "null";
            yield return new($"kid {(text.Length > 60 ? text[..60] : text)} with HMAC by nothing", subject.Made(header => { header["kid"] = kid?.DeepClone(); header["alg"] = "HS256"; }, data => HMACSHA256.HashData(Array.Empty<byte>(), data)));
            if (kid is not null)
            {
                yield return new($"kid {(text.Length > 60 ? text[..60] : text)} with the right signature", subject.BySigner(header => header["kid"] = kid.DeepClone()));
            }
        }

        foreach (var attack in Types(subject).Concat(Extensions(subject)).Concat(Encrypted(subject)).Concat(Foreign(subject)))
        {
            yield return attack;
        }
    }

    private static IEnumerable<JwtAttack> Types(JwtSubject subject)
    {
        foreach (var type in new JsonNode?[]
        {
            "JWT", "jwt", "JOSE", "at+jwt", "id+jwt", "dpop+jwt", "logout+jwt", "secevent+jwt", "rt+jwt", "tessera-feed+jwt", "tessera-service+jwt", "client-authentication+jwt",
            "oi_auc+jwt", "oi_reft+jwt", "none", "", 1, true, new JsonArray("at+jwt"), null,
        })
        {
            var text = type is JsonValue value && value.TryGetValue<string>(out var said) ? said : null;
            var right = type is null ? subject.OtherTypes.Contains(null) : text is not null && (text == (string?)subject.Header()["typ"] || subject.OtherTypes.Contains(text));
            if (!right)
            {
                yield return new($"typ {type?.ToJsonString() ?? "null"}", subject.BySigner(header => header["typ"] = type?.DeepClone()));
            }
        }

        if (!subject.OtherTypes.Contains(null))
        {
            yield return new("no typ", subject.BySigner(header => header.Remove("typ")));
        }
    }

    // RFC 7515, section 4.1.11: whoever does not understand what is critical refuses.
    private static IEnumerable<JwtAttack> Extensions(JwtSubject subject)
    {
        yield return new("an unknown extension that is critical", subject.BySigner(header => { header["crit"] = new JsonArray("http://example.test/unknown"); header["http://example.test/unknown"] = true; }));
        yield return new("crit of exp", subject.BySigner(header => { header["crit"] = new JsonArray("exp"); header["exp"] = 4_000_000_000; }));
        yield return new("crit of what is not there", subject.BySigner(header => header["crit"] = new JsonArray("absent")));
        yield return new("crit of alg", subject.BySigner(header => header["crit"] = new JsonArray("alg")));
        yield return new("crit of nothing", subject.BySigner(header => header["crit"] = new JsonArray()));
        yield return new("crit that is a text", subject.BySigner(header => header["crit"] = "exp"));
        yield return new("crit that is null", subject.BySigner(header => header["crit"] = null));

        var head = subject.Header();
        (head["b64"], head["crit"]) = (false, new JsonArray("b64"));
        var (encoded, payload) = (EncodeToString(Encoding.UTF8.GetBytes(head.ToJsonString())), subject.Payload().ToJsonString());
        yield return new("b64=false with its payload in plain", $"{encoded}.{payload}.{EncodeToString(subject.Sign(Encoding.UTF8.GetBytes($"{encoded}.{payload}")))}");
        yield return new("b64=false with its payload detached", $"{encoded}..{EncodeToString(subject.Sign(Encoding.UTF8.GetBytes($"{encoded}.{payload}")))}");
        yield return new("b64=false over an encoded payload", subject.BySigner(header => { header["b64"] = false; header["crit"] = new JsonArray("b64"); }));
        yield return new("cty JWT around a good token", JwtSubject.Make(Changed(subject, header => header["cty"] = "JWT"), Encoding.ASCII.GetBytes(subject.Good()), subject.Sign));
        yield return new("zip DEF over a deflated payload", JwtSubject.Make(Changed(subject, header => header["zip"] = "DEF"), Deflate(Encoding.UTF8.GetBytes(payload)), subject.Sign));
    }

    private static IEnumerable<JwtAttack> Encrypted(JwtSubject subject)
    {
        var key = SHA256.HashData(Encoding.ASCII.GetBytes(subject.Key.Kid));
        foreach (var (name, inner) in new[] { ("a good token", Encoding.ASCII.GetBytes(subject.Good())), ("64 MiB of zeros, deflated", Bomb.Value) })
        {
            foreach (var zip in new[] { false, true })
            {
                var header = new JsonObject { ["alg"] = "dir", ["enc"] = "A256GCM", ["kid"] = subject.Key.Kid, ["cty"] = "JWT", ["typ"] = (string?)subject.Header()["typ"] };
                if (zip)
                {
                    header["zip"] = "DEF";
                }

                yield return new($"JWE around {name}{(zip ? " with zip" : "")}", Jwe(header, key, inner));
            }
        }

        foreach (var alg in new[] { "RSA-OAEP", "RSA1_5", "ECDH-ES", "A256KW" })
        {
            yield return new($"JWE of {alg}", Jwe(new JsonObject { ["alg"] = alg, ["enc"] = "A256GCM", ["kid"] = subject.Key.Kid }, key, Encoding.ASCII.GetBytes(subject.Good())));
        }

        // Whoever reads p2c before deciding is busy for minutes.
        yield return new("JWE of PBES2 with two thousand million rounds", Jwe(new JsonObject { ["alg"] = "PBES2-HS512+A256KW", ["enc"] = "A256GCM", ["p2s"] = "AAAAAAAAAAA", ["p2c"] = int.MaxValue }, key, Encoding.ASCII.GetBytes(subject.Good())));
    }

    private static IEnumerable<JwtAttack> Foreign(JwtSubject subject)
    {
        foreach (var (name, kid, sign) in subject.Foreigners())
        {
            yield return new($"{name} under its own kid", subject.Made(header => header["kid"] = kid, sign));
            yield return new($"{name} under the right kid", subject.Made(_ => { }, sign));
            yield return new($"{name} without a kid", subject.Made(header => header.Remove("kid"), sign));
            yield return new($"the right signature under the kid of {name}", subject.BySigner(header => header["kid"] = kid));
        }
    }

    private static string Jwe(JsonObject header, byte[] key, byte[] content)
    {
        var aad = EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var (iv, cipher, tag) = (new byte[12], new byte[content.Length], new byte[16]);
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(iv, content, cipher, tag, Encoding.ASCII.GetBytes(aad));
        return $"{aad}..{EncodeToString(iv)}.{EncodeToString(cipher)}.{EncodeToString(tag)}";
    }

    private static byte[] Changed(JwtSubject subject, Action<JsonObject> change)
    {
        var header = subject.Header();
        change(header);
        return Encoding.UTF8.GetBytes(header.ToJsonString());
    }

    private static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    private static string Flip(string kid) => string.Concat(kid.Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));
}
