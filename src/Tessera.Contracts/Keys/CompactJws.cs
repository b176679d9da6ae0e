using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Tessera.Contracts.Wire;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Contracts.Keys;

/// <summary>
/// What Tessera's own processes say to each other, signed: a compact JWS (RFC 7515) with ES256 and nothing else. The key
/// is the one the reader has pinned; a header chooses neither algorithm nor key, and one with members beyond
/// <c>alg</c>, <c>kid</c>, <c>typ</c> is refused.
/// </summary>
internal static class CompactJws
{
    /// <summary>Signs <paramref name="payload"/>, saying in <paramref name="type"/> what it is.</summary>
    public static string Sign(IdentityKey key, string type, ReadOnlySpan<byte> payload)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new JwsHeader("ES256", key.Public.Kid, type), JwsJson.Default.JwsHeader);
        var signed = $"{EncodeToString(header)}.{EncodeToString(payload)}";
        return $"{signed}.{EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The payload, if <paramref name="jws"/> is of <paramref name="type"/> and signed by <paramref name="pinned"/>; otherwise false, whatever is wrong.</summary>
    public static bool TryVerify(string jws, string type, PublicJwk pinned, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        if (jws.Split('.', 4) is not [var head, var body, var tail]
            || StrictBase64Url.Decode(head) is not { } header || !SaysWhatIsExpected(header, type, pinned)
            || StrictBase64Url.Decode(tail) is not { } signature || StrictBase64Url.Decode(body) is not { } said
            || !IsSigned(Encoding.ASCII.GetBytes(jws, 0, head.Length + 1 + body.Length), signature, pinned) || !IsText(said))
        {
            return false;
        }

        payload = said;
        return true;
    }

    private static bool SaysWhatIsExpected(byte[] json, string type, PublicJwk pinned)
    {
        try
        {
            var header = JsonSerializer.Deserialize(json, JwsJson.Default.JwsHeader);
            return header is not null && header.Alg == "ES256" && header.Typ == type && header.Kid == pinned.Kid;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A JSON reader does not look at bytes it has no use for.
    private static bool IsText(byte[] payload) => Utf8.IsValid(payload);

    private static bool IsSigned(byte[] signed, byte[] signature, PublicJwk pinned)
    {
        try
        {
            using var key = pinned.ToECDsa();
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return false; // a pinned key that is none
        }
    }
}
