using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Store;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Realms;

/// <summary>A public key of a pool the realm was in: tokens it has signed are good here until they expire. It signs nothing.</summary>
internal sealed record FormerKey(PublicJwk Public, SecurityKey Key, DateTimeOffset Until)
{
    /// <summary>The key, or null if it is none that a pool signs with, or goes by a name that is not its own.</summary>
    public static SecurityKey? Read(PublicJwk jwk)
    {
        try
        {
            return IsItsOwnName(jwk) ? jwk.Kty == "EC"
                ? new ECDsaSecurityKey(jwk.ToECDsa()) { KeyId = jwk.Kid }
                : new RsaSecurityKey(jwk.ToRsa()) { KeyId = jwk.Kid } : null;
        }
        catch (Exception e) when (e is FormatException or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Those whose tokens have not all expired.</summary>
    public static IEnumerable<FormerKey> Good(IReadOnlyList<FormerKey> keys, DateTimeOffset now) => keys.Where(key => key.Until > now);

    public static FormerKey Open(FormerKeyRow row)
    {
        var jwk = JsonSerializer.Deserialize(row.Jwk, WireJson.Default.PublicJwk)!;
        return new FormerKey(jwk, Read(jwk) ?? throw new InvalidOperationException("The store has a former key that is none."), row.Until);
    }

    private static bool IsItsOwnName(PublicJwk jwk)
    {
        if (jwk.Kty == "EC")
        {
            using var ec = jwk.ToECDsa();
            return PublicJwk.From(ec) == jwk;
        }

        if (jwk.Kty != "RSA")
        {
            return false;
        }

        using var rsa = System.Security.Cryptography.RSA.Create(jwk.ToRsa());
        return rsa.KeySize is >= 2048 and <= 4096 && PublicJwk.From(rsa) == jwk;
    }
}
