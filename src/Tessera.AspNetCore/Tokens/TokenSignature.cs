using System.Runtime.CompilerServices;
using Microsoft.IdentityModel.Tokens;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Tokens;

/// <summary>Verifies a signature with one key that was chosen by the directory. The only type that knows the JOSE library.</summary>
internal static class TokenSignature
{
    // Keyed by the feed's own object, so a key that leaves the directory leaves here too.
    private static readonly ConditionalWeakTable<PublicJwk, SecurityKey> Keys = [];

    public static bool Holds(PublicJwk key, CompactToken token)
    {
        var verifier = CryptoProviderFactory.Default.CreateForVerifying(Keys.GetValue(key, Import), key.Alg);
        try
        {
            return verifier.Verify(token.Signed, token.Signature);
        }
        catch (ArgumentException)
        {
            return false; // A signature of a length that this algorithm does not have.
        }
        finally
        {
            CryptoProviderFactory.Default.ReleaseSignatureProvider(verifier);
        }
    }

    private static JsonWebKey Import(PublicJwk key) => new()
    {
        Kty = key.Kty,
        Kid = key.Kid,
        Alg = key.Alg,
        Crv = key.Crv,
        X = key.X,
        Y = key.Y,
        N = key.N,
        E = key.E,
    };
}
