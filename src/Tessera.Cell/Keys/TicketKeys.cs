using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Keys;

/// <summary>
/// The keys that protect a realm's codes and refresh tokens: 96 random bytes of its own (32 to sign, 64 to encrypt),
/// sealed for this cell and re-sealed when the realm moves, so that no ticket of one realm opens in another.
/// </summary>
internal sealed record TicketKeys(SigningCredentials Signing, EncryptingCredentials Encryption)
{
    public const string SigningKeyId = "t1";
    public const int Size = 96;

    public static byte[] Create(CellKeys keys, RealmId realm) => keys.Seal(Purpose(realm), RandomNumberGenerator.GetBytes(Size));

    /// <summary>The secret itself, to be sealed for the cell the realm moves to.</summary>
    public static byte[] Unseal(CellKeys keys, RealmId realm, byte[] sealedSecret) => keys.Open(Purpose(realm), sealedSecret);

    /// <summary>A secret that has come with its realm, under this cell's own key.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It has not the length of one.</exception>
    public static byte[] Reseal(CellKeys keys, RealmId realm, ReadOnlySpan<byte> secret) => secret.Length == Size
        ? keys.Seal(Purpose(realm), secret)
        : throw new CryptographicException("A ticket secret has 96 bytes.");

    public static TicketKeys Open(CellKeys keys, RealmId realm, byte[] sealedSecret)
    {
        var secret = keys.Open(Purpose(realm), sealedSecret);
        return new TicketKeys(
            HeldProviders.Hold(new SymmetricSecurityKey(secret[..32]) { KeyId = SigningKeyId }, SecurityAlgorithms.HmacSha256),
            new EncryptingCredentials(new SymmetricSecurityKey(secret[32..]) { KeyId = "t1e" }, "dir", SecurityAlgorithms.Aes256CbcHmacSha512));
    }

    private static string Purpose(RealmId realm) => $"tickets/{realm}";
}
