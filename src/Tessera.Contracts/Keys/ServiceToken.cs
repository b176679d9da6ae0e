using System.Security.Cryptography;
using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Wire;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Contracts.Keys;

/// <summary>
/// The right to do one thing at one cell, signed by the control plane: one cell, one purpose, one tenant where it
/// concerns one, one request (method, path and body are part of it), at most <see cref="Life"/> long.
/// </summary>
/// <param name="Audience">The cell.</param>
/// <param name="Digest">Base64url of SHA-256 over method, path with query, and body.</param>
/// <param name="ExpiresAt">Seconds since 1970.</param>
/// <param name="Tenant">Absent for what concerns no tenant, such as making a pool.</param>
internal sealed record ServiceToken(CellId Audience, ServicePurpose Purpose, string Digest, long ExpiresAt, TenantId? Tenant = null)
{
    /// <summary>The JWS <c>typ</c>.</summary>
    public const string MediaType = "tessera-service+jwt";

    /// <summary>How long a token is good for: one minute. Cells allow as much again for clocks that differ.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    public static string Issue(IdentityKey key, CellId audience, ServicePurpose purpose, TenantId? tenant, string method, string pathAndQuery, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var token = new ServiceToken(audience, purpose, DigestOf(method, pathAndQuery, body), now.Add(Life).ToUnixTimeSeconds(), tenant);
        return CompactJws.Sign(key, MediaType, JsonSerializer.SerializeToUtf8Bytes(token, WireJson.Default.ServiceToken));
    }

    /// <summary>The token, if it is signed by the pinned key and is for this cell, purpose and very request; otherwise null.</summary>
    public static ServiceToken? Verify(string jws, PublicJwk pinned, CellId cell, ServicePurpose purpose, string method, string pathAndQuery, ReadOnlySpan<byte> body, DateTimeOffset now) =>
        VerifyBeforeBody(jws, pinned, cell, purpose, now) is { } token
            && CryptographicOperations.FixedTimeEquals(
                System.Text.Encoding.ASCII.GetBytes(token.Digest),
                System.Text.Encoding.ASCII.GetBytes(DigestOf(method, pathAndQuery, body)))
            ? token
            : null;

    /// <summary>
    /// The same but for the request, which is not known before its body is read: enough to read a large one, and never
    /// enough to act on it.
    /// </summary>
    public static ServiceToken? VerifyBeforeBody(string jws, PublicJwk pinned, CellId cell, ServicePurpose purpose, DateTimeOffset now)
    {
        if (!CompactJws.TryVerify(jws, MediaType, pinned, out var payload))
        {
            return null;
        }

        ServiceToken? token;
        try
        {
            token = JsonSerializer.Deserialize(payload, WireJson.Default.ServiceToken);
        }
        catch (JsonException)
        {
            return null;
        }

        return token is not null && token.Audience == cell && token.Purpose == purpose && token.IsOfNow(now) ? token : null;
    }

    // In seconds, as a time beyond the calendar is none.
    private bool IsOfNow(DateTimeOffset now)
    {
        var (seconds, life) = (now.ToUnixTimeSeconds(), (long)Life.TotalSeconds);
        return ExpiresAt > seconds - life && ExpiresAt <= seconds + 2 * life;
    }

    private static string DigestOf(string method, string pathAndQuery, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{method} {pathAndQuery}\n"));
        hash.AppendData(body);
        return EncodeToString(hash.GetHashAndReset());
    }
}
