using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Contracts.Keys;

/// <summary>
/// The public keys an app client proves itself with: a JWK Set (RFC 7517, section 5) of 1 to 10 keys, each EC P-256 for
/// ES256 or RSA of 2048 to 4096 bits for RS256, of at most 16 KiB. What else a key says is dropped.
/// </summary>
internal static class ClientKeySet
{
    public const int MostKeys = 10;
    public const int MostLength = 16 * 1024;

    // RFC 7518, sections 6.2.2, 6.3.2 and 6.4: whoever sends one of these has sent a secret.
    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>The set as it is stored, or what is wrong with it.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? set, [NotNullWhen(false)] out string? fault)
    {
        set = null;
        fault = text.Length > MostLength ? "A key set has at most 16 KiB." : null;
        var keys = fault is null ? Keys(text) : null;
        fault ??= keys is null or { Count: 0 or > MostKeys } ? "Give a JWK Set of 1 to 10 keys: {\"keys\":[…]}." : null;
        if (fault is not null)
        {
            return false;
        }

        var kept = new JsonArray();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys!)
        {
            if (!TryKeep(key, out var node, out fault))
            {
                return false;
            }

            if (!ids.Add((string?)node["kid"] ?? "") || (keys.Count > 1 && node["kid"] is null))
            {
                fault = "Each of several keys needs a kid of its own.";
                return false;
            }

            kept.Add((JsonNode)node);
        }

        set = new JsonObject { ["keys"] = kept }.ToJsonString();
        return true;
    }

    private static List<JsonElement>? Keys(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                ? [.. keys.EnumerateArray().Select(key => key.Clone())]
                : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null; // the latter two for text that is no Unicode
        }
    }

    private static bool TryKeep(JsonElement key, [NotNullWhen(true)] out JsonObject? node, [NotNullWhen(false)] out string? fault)
    {
        node = null;
        fault = key.ValueKind != JsonValueKind.Object ? "A key is a JSON object."
            : Private.Any(member => key.TryGetProperty(member, out _)) ? "The set holds a private key. Send public keys only, and replace this one: it is no secret any more."
            : Text(key, "use") is not (null or "sig") ? "A key's use must be sig."
            : Text(key, "kid") is { Length: 0 or > 256 } ? "A kid has 1 to 256 characters."
            : null;
        if (fault is not null)
        {
            return false;
        }

        try
        {
            node = Text(key, "kty") switch
            {
                "EC" when Text(key, "alg") is null or "ES256" => Ec(key),
                "RSA" when Text(key, "alg") is null or "RS256" => Rsa(key),
                _ => null,
            };
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            // Not the numbers of a key; told below.
        }

        if (node is null)
        {
            fault = "A key must be EC P-256 for ES256, or RSA of 2048 to 4096 bits for RS256.";
            return false;
        }

        if (Text(key, "kid") is { } kid)
        {
            node["kid"] = kid;
        }

        return true;
    }

    private static JsonObject? Ec(JsonElement key)
    {
        if (Text(key, "crv") != "P-256" || Text(key, "x") is not { } x || Text(key, "y") is not { } y)
        {
            return null;
        }

        using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = DecodeFromChars(x), Y = DecodeFromChars(y) } });
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y, ["alg"] = "ES256", ["use"] = "sig" };
    }

    private static JsonObject? Rsa(JsonElement key)
    {
        if (Text(key, "n") is not { } n || Text(key, "e") is not { } e)
        {
            return null;
        }

        // The platform takes it for granted that there is a modulus.
        var (modulus, exponent) = (DecodeFromChars(n), DecodeFromChars(e));
        if (modulus.Length is < 256 or > 513 || !IsSound(exponent))
        {
            return null;
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.KeySize is >= 2048 and <= 4096 ? new JsonObject { ["kty"] = "RSA", ["n"] = n, ["e"] = e, ["alg"] = "RS256", ["use"] = "sig" } : null;
    }

    // FIPS 186-5, section 5.1: odd and above 65536. With 1 every text is its own signature.
    private static bool IsSound(byte[] exponent)
    {
        var number = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        return !number.IsEven && number > 65_536;
    }

    private static string? Text(JsonElement key, string member)
    {
        try
        {
            return key.TryGetProperty(member, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : "" : null;
        }
        catch (InvalidOperationException)
        {
            return ""; // half a surrogate, which is no text
        }
    }
}
