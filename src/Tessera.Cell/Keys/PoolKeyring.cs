using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Cell.Keys;

/// <summary>The opened signing keys of one pool: ES256 always, RS256 once a client has asked for it.</summary>
internal sealed class PoolKeyring
{
    private readonly SigningCredentials _es256;
    private readonly SigningCredentials? _rs256;

    private PoolKeyring(SigningCredentials es256, SigningCredentials? rs256, IReadOnlyList<PublicJwk> publicKeys)
    {
        _es256 = es256;
        _rs256 = rs256;
        Public = publicKeys;
        VerificationKeys = rs256 is null ? [es256.Key] : [es256.Key, rs256.Key];
    }

    /// <summary>What the key set at the issuer and the directory publish.</summary>
    public IReadOnlyList<PublicJwk> Public { get; }

    public IReadOnlyList<SecurityKey> VerificationKeys { get; }

    /// <exception cref="InvalidOperationException">RS256 is asked for before a client with it was made.</exception>
    public SigningCredentials SignerFor(string algorithm) => algorithm switch
    {
        SecurityAlgorithms.EcdsaSha256 => _es256,
        SecurityAlgorithms.RsaSha256 => _rs256 ?? throw new InvalidOperationException("The pool has no RS256 key."),
        _ => throw new InvalidOperationException($"No pool signs with {algorithm}."),
    };

    public static PoolRow Create(CellKeys keys, PoolId id)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new PoolRow { PoolId = id.Value, Es256 = keys.Seal(Purpose(id.Value, "es256"), key.ExportPkcs8PrivateKey()) };
    }

    /// <summary>A new RS256 key for the pool, sealed. Takes a good part of a second of one core.</summary>
    public static byte[] CreateRs256(CellKeys keys, Guid pool)
    {
        using var key = RSA.Create(2048);
        return keys.Seal(Purpose(pool, "rs256"), key.ExportPkcs8PrivateKey());
    }

    public static PoolKeyring Open(CellKeys keys, PoolRow row)
    {
        var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(keys.Open(Purpose(row.PoolId, "es256"), row.Es256), out _);
        var ecJwk = PublicJwk.From(ec);
        var es256 = HeldProviders.Hold(new ECDsaSecurityKey(ec) { KeyId = ecJwk.Kid }, SecurityAlgorithms.EcdsaSha256);
        if (row.Rs256 is null)
        {
            return new PoolKeyring(es256, null, [ecJwk]);
        }

        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(keys.Open(Purpose(row.PoolId, "rs256"), row.Rs256), out _);
        var rsaJwk = PublicJwk.From(rsa);
        var rs256 = HeldProviders.Hold(new RsaSecurityKey(rsa) { KeyId = rsaJwk.Kid }, SecurityAlgorithms.RsaSha256);
        return new PoolKeyring(es256, rs256, [ecJwk, rsaJwk]);
    }

    private static string Purpose(Guid pool, string algorithm) => $"pool/{pool:D}/{algorithm}";
}
