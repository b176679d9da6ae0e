using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
        var parts = jws.Split('.', 4);
        if (parts.Length != 3)
        {
            return false;
        }

        try
        {
            var header = JsonSerializer.Deserialize(DecodeFromChars(parts[0]), JwsJson.Default.JwsHeader);
            if (header is null || header.Alg != "ES256" || header.Typ != type || header.Kid != pinned.Kid)
            {
                return false;
            }

            using var key = pinned.ToECDsa();
            var signed = Encoding.ASCII.GetBytes(jws, 0, parts[0].Length + 1 + parts[1].Length);
            if (!key.VerifyData(signed, DecodeFromChars(parts[2]), HashAlgorithmName.SHA256))
            {
                return false;
            }

            payload = DecodeFromChars(parts[1]);
            return true;
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            return false;
        }
    }
}
