using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Tokens;

/// <summary>A public key ready to verify with. The platform's key objects promise nothing to two threads at once, so each has its own meanwhile.</summary>
internal abstract class VerificationKey
{
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    /// <summary>The key for its one algorithm; a key that is of another kind, weak, or no key at all verifies nothing.</summary>
    public static VerificationKey Import(PublicJwk key)
    {
        try
        {
            return key.Alg switch
            {
                "ES256" => Of(key.ToECDsa, (ec, hash, signature) => ec.VerifyHash(hash, signature)),
                "RS256" => Of(() => Rsa(key), (rsa, hash, signature) => rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
                _ => Unusable.Instance,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return Unusable.Instance;
        }
    }

    /// <param name="hash">SHA-256 of what was signed: both algorithms sign that.</param>
    public abstract bool Verifies(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    private static Usable<T> Of<T>(Func<T> import, Verification<T> verify) where T : AsymmetricAlgorithm
    {
        // Once here, so that a key that is none is found out before it is needed.
        var keys = new DefaultObjectPool<T>(new Importing<T>(import));
        keys.Return(import());
        return new Usable<T>(keys, verify);
    }

    private static RSA Rsa(PublicJwk key)
    {
        var rsa = RSA.Create(key.ToRsa());
        return IsStrong(rsa) ? rsa : throw new CryptographicException($"Key {key.Kid} is too short, or too long to be worth its time.");
    }

    private static bool IsStrong(RSA key) => key.KeySize is >= LeastRsaBits and <= MostRsaBits;

    private delegate bool Verification<in T>(T key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature);

    private sealed class Usable<T>(ObjectPool<T> keys, Verification<T> verify) : VerificationKey where T : AsymmetricAlgorithm
    {
        public override bool Verifies(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
        {
            var key = keys.Get();
            try
            {
                return verify(key, hash, signature);
            }
            finally
            {
                keys.Return(key);
            }
        }
    }

    private sealed class Importing<T>(Func<T> import) : IPooledObjectPolicy<T> where T : notnull
    {
        public T Create() => import();

        public bool Return(T obj) => true;
    }

    private sealed class Unusable : VerificationKey
    {
        public static readonly Unusable Instance = new();

        public override bool Verifies(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) => false;
    }
}
