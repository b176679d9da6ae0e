using System.Security.Cryptography;

namespace Tessera.Contracts.Keys;

/// <summary>The P-256 key by which one process is known to the others. Every process has its own.</summary>
internal sealed class IdentityKey : IDisposable
{
    private readonly ECDsa _key;

    private IdentityKey(ECDsa key)
    {
        _key = key;
        Public = PublicJwk.From(key);
    }

    public PublicJwk Public { get; }

    public static IdentityKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads an unencrypted PKCS #8 PEM.</summary>
    /// <exception cref="ArgumentException">The text is no PEM of an EC key.</exception>
    public static IdentityKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new IdentityKey(key);
    }

    /// <summary>The private key as PKCS #8 PEM, for a file of mode 0600 and nothing else.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem();

    internal byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256);

    public void Dispose() => _key.Dispose();
}
