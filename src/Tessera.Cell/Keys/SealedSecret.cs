using System.Security.Cryptography;
using System.Text;

namespace Tessera.Cell.Keys;

/// <summary>
/// A secret at rest: AES-256-GCM under the cell's key, bound by associated data to what it is for, so that a row copied
/// into another realm or column does not open. Layout: nonce (12), ciphertext, tag (16).
/// </summary>
internal static class SealedSecret
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] Seal(byte[] key, string purpose, ReadOnlySpan<byte> secret)
    {
        var sealedSecret = new byte[NonceSize + secret.Length + TagSize];
        var nonce = sealedSecret.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, secret, sealedSecret.AsSpan(NonceSize, secret.Length), sealedSecret.AsSpan(NonceSize + secret.Length), Encoding.UTF8.GetBytes(purpose));
        return sealedSecret;
    }

    /// <exception cref="CryptographicException">It was sealed by another cell, for another purpose, or has been changed.</exception>
    public static byte[] Open(byte[] key, string purpose, ReadOnlySpan<byte> sealedSecret)
    {
        if (sealedSecret.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("The sealed secret is too short.");
        }

        var secret = new byte[sealedSecret.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(sealedSecret[..NonceSize], sealedSecret.Slice(NonceSize, secret.Length), sealedSecret[^TagSize..], secret, Encoding.UTF8.GetBytes(purpose));
        return secret;
    }
}
