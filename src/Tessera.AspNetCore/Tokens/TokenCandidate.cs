using Tessera.AspNetCore.Keys;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>A token on its way through the checks, with what they have found out about it.</summary>
internal sealed class TokenCandidate(CompactToken token, DirectoryMap directory, TesseraOptions options, DateTimeOffset now)
{
    public CompactToken Token { get; } = token;

    public DirectoryMap Directory { get; } = directory;

    public TesseraOptions Options { get; } = options;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The keys that are fetched from their issuers.</summary>
    public IssuerKeys? IssuerKeys { get; init; }

    /// <summary>SHA-256 of the bytes the signature covers; none of a token that is remembered.</summary>
    public ReadOnlyMemory<byte> SignedHash { get; init; }

    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The key with which the signature was found to hold before.</summary>
    public PublicJwk? VerifiedWith { get; init; }

    /// <summary>Set by the check that looks the tenant up.</summary>
    public TenantEntry? Tenant { get; set; }

    /// <summary>Set by the check that looks the issuer up.</summary>
    public TokenHome? Home { get; set; }

    /// <summary>Set by the check that looks the key up.</summary>
    public PublicJwk? Key { get; set; }

    /// <summary>Set by the check that looks the key up, where another key could be fetched from there.</summary>
    public string? KeysAt { get; set; }
}
