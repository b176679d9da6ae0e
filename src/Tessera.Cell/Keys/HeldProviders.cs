using Microsoft.IdentityModel.Tokens;

namespace Tessera.Cell.Keys;

/// <summary>
/// One provider to sign and one to verify, held as long as their key: IdentityModel keeps those of a thousand keys in all,
/// and with more realms than that would make them anew for most tokens.
/// </summary>
internal sealed class HeldProviders : CryptoProviderFactory
{
    private readonly SecurityKey _key;
    private readonly string _algorithm;
    private readonly Lazy<SignatureProvider> _signing;
    private readonly Lazy<SignatureProvider> _verifying;

    private HeldProviders(SecurityKey key, string algorithm)
    {
        (_key, _algorithm) = (key, algorithm);
        CacheSignatureProviders = false;
        _signing = new(() => base.CreateForSigning(key, algorithm, cacheProvider: false));
        _verifying = new(() => base.CreateForVerifying(key, algorithm, cacheProvider: false));
    }

    /// <summary>The key's credentials, with providers of its own.</summary>
    public static SigningCredentials Hold(SecurityKey key, string algorithm)
    {
        key.CryptoProviderFactory = new HeldProviders(key, algorithm);
        return new SigningCredentials(key, algorithm);
    }

    public override SignatureProvider CreateForSigning(SecurityKey key, string algorithm) =>
        IsHeld(key, algorithm) ? _signing.Value : base.CreateForSigning(key, algorithm);

    public override SignatureProvider CreateForSigning(SecurityKey key, string algorithm, bool cacheProvider) =>
        IsHeld(key, algorithm) ? _signing.Value : base.CreateForSigning(key, algorithm, cacheProvider);

    public override SignatureProvider CreateForVerifying(SecurityKey key, string algorithm) =>
        IsHeld(key, algorithm) ? _verifying.Value : base.CreateForVerifying(key, algorithm);

    public override SignatureProvider CreateForVerifying(SecurityKey key, string algorithm, bool cacheProvider) =>
        IsHeld(key, algorithm) ? _verifying.Value : base.CreateForVerifying(key, algorithm, cacheProvider);

    public override void ReleaseSignatureProvider(SignatureProvider signatureProvider)
    {
        if (!(_signing.IsValueCreated && signatureProvider == _signing.Value) && !(_verifying.IsValueCreated && signatureProvider == _verifying.Value))
        {
            base.ReleaseSignatureProvider(signatureProvider);
        }
    }

    private bool IsHeld(SecurityKey key, string algorithm) => key == _key && algorithm == _algorithm;
}
