using System.Security.Cryptography;
using System.Text;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Keys;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>A key of the feed verifies by its one algorithm, or nothing.</summary>
public sealed class VerificationKeyTests
{
    private static readonly byte[] Data = Encoding.ASCII.GetBytes("header.payload");
    private static readonly byte[] Hash = SHA256.HashData(Data);

    [Fact]
    public void An_RSA_key_that_is_too_short_verifies_nothing()
    {
        using var weak = RSA.Create(1024);
        Assert.False(VerificationKey.Import(PublicJwk.From(weak)).Verifies(Hash, Sign(weak)));
        Assert.True(VerificationKey.Import(PublicJwk.From(TestPool.One)).Verifies(Hash, Sign(TestPool.One)));
    }

    [Fact]
    public void An_RSA_key_without_a_modulus_or_an_exponent_verifies_nothing()
    {
        var key = PublicJwk.From(TestPool.One);
        foreach (var broken in new[] { key with { N = "" }, key with { N = new string(' ', 400) }, key with { N = null }, key with { E = "" }, key with { E = " " } })
        {
            Assert.False(VerificationKey.Import(broken).Verifies(Hash, Sign(TestPool.One)));
        }
    }

    [Fact]
    public void A_key_under_another_algorithm_than_its_own_verifies_nothing()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (rsaKey, ecKey) = (PublicJwk.From(TestPool.One), PublicJwk.From(ec));
        var (rsaSignature, ecSignature) = (Sign(TestPool.One), ec.SignData(Data, HashAlgorithmName.SHA256));
        foreach (var alg in new[] { "HS256", "none", "PS256", "RS512", "ES384", "" })
        {
            Assert.False(VerificationKey.Import(rsaKey with { Alg = alg }).Verifies(Hash, rsaSignature));
            Assert.False(VerificationKey.Import(ecKey with { Alg = alg }).Verifies(Hash, ecSignature));
        }

        Assert.False(VerificationKey.Import(rsaKey with { Alg = "ES256" }).Verifies(Hash, rsaSignature));
        Assert.False(VerificationKey.Import(ecKey with { Alg = "RS256" }).Verifies(Hash, ecSignature));
        Assert.False(VerificationKey.Import(ecKey).Verifies(Hash, ec.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        Assert.True(VerificationKey.Import(ecKey).Verifies(Hash, ecSignature));
    }

    [Fact]
    public void A_key_that_is_none_verifies_nothing_and_breaks_nothing()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (rsaKey, ecKey) = (PublicJwk.From(TestPool.One), PublicJwk.From(ec));
        foreach (var key in new[]
        {
            ecKey with { X = ecKey.Y }, ecKey with { X = null }, ecKey with { X = "!" }, ecKey with { Crv = "P-384" }, ecKey with { Y = "AA" },
            rsaKey with { N = null }, rsaKey with { N = "!" }, rsaKey with { E = "" }, rsaKey with { Kty = "oct" },
        })
        {
            Assert.False(VerificationKey.Import(key).Verifies(Hash, new byte[64]));
            Assert.False(VerificationKey.Import(key).Verifies(Hash, []));
        }
    }

    private static byte[] Sign(RSA key) => key.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
