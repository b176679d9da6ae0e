using System.Security.Cryptography;
using System.Text;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>A pool that signs whatever it is given, well-formed or not.</summary>
internal sealed class TestPool
{
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa;

    /// <param name="rsa">One made before, as making one takes long; whoever needs two pools that differ says two.</param>
    public TestPool(CellId cell, RSA? rsa = null)
    {
        _rsa = rsa ?? One;
        Entry = new PoolEntry(PoolId.New(), cell, [PublicJwk.From(_ec), PublicJwk.From(_rsa)]);
    }

    public static RSA One { get; } = RSA.Create(2048);

    public static RSA Another { get; } = RSA.Create(2048);

    public PoolEntry Entry { get; }

    public string EcKid => Entry.Keys[0].Kid;

    public string RsaKid => Entry.Keys[1].Kid;

    /// <summary>The RSA key as a careless verifier would take it for an HMAC secret.</summary>
    public byte[] RsaPublicPem => Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public string Sign(string header, string payload) => Sign(header, payload, SignData);

    /// <summary>The bare ES256 signature.</summary>
    public byte[] SignData(byte[] data) => _ec.SignData(data, HashAlgorithmName.SHA256);

    public string SignRsa(string header, string payload) =>
        Sign(header, payload, data => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{EncodeToString(Encoding.UTF8.GetBytes(header))}.{EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
