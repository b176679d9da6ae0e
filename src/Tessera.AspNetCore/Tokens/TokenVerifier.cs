using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Tessera.AspNetCore.Keys;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>Verifies access tokens of all cells against the directory.</summary>
internal sealed class TokenVerifier(
    DirectoryMap directory, TesseraOptions options, TimeProvider clock, VerifiedTokens? remembered = null, IssuerKeys? issuerKeys = null)
{
    private const int MostCharacters = 8 * 1024;

    // The order is the security argument. Tenant and issuer are read before the signature, as keys to look up the one pool
    // whose keys may have signed: that of the tenant's own realm, or of the shared realm the directory says it lives in.
    // Nothing else of the payload is believed until the signature holds.
    private static readonly Func<TokenCandidate, TokenFailure?>[] Checks =
    [
        TokenChecks.HeaderIsPlain,
        TokenChecks.AlgorithmIsAllowed,
        TokenChecks.TypeIsAccessToken,
        DirectoryChecks.DirectoryIsRecent,
        DirectoryChecks.DirectoryIsFresh,
        TokenChecks.TenantIsKnown,
        TokenChecks.IssuerIsTheTenants,
        TokenChecks.KeyIsOfTheIssuersPool,
        TokenChecks.AlgorithmIsTheKeys,
        TokenChecks.SignatureHolds,
        TokenChecks.ClientIsTheIssuers,
        TokenChecks.ClientIsAllowed,
        TokenChecks.AudienceIsThisApi,
        TokenChecks.UseIsAccess,
        TokenChecks.SubjectIsThere,
        TokenChecks.TimesAreThere,
        TokenChecks.IsNotExpired,
        TokenChecks.HasBegun,
        TokenChecks.IsNotRevoked,
        TokenChecks.TenantIsActive,
    ];

    // The issuer's form alone says which table applies, and each is enough by itself: a home on another back end is none.
    private static readonly Func<TokenCandidate, TokenFailure?>[] ChecksOfCognito =
    [
        TokenChecks.HeaderIsPlain,
        CognitoChecks.AlgorithmIsCognitos,
        CognitoChecks.TypeIsNoOther,
        TokenChecks.UseIsAccess,
        DirectoryChecks.DirectoryIsRecent,
        DirectoryChecks.DirectoryIsFresh,
        CognitoChecks.TenantIsKnownByClient,
        CognitoChecks.TenantClaimsAgree,
        CognitoChecks.IssuerIsTheTenantsUserPool,
        TokenChecks.KeyIsOfTheIssuersPool,
        TokenChecks.AlgorithmIsTheKeys,
        TokenChecks.SignatureHolds,
        TokenChecks.ClientIsTheIssuers,
        TokenChecks.ClientIsAllowed,
        CognitoChecks.AudienceIsThisApiIfAny,
        TokenChecks.SubjectIsThere,
        TokenChecks.TimesAreThere,
        TokenChecks.IsNotExpired,
        TokenChecks.HasBegun,
        TokenChecks.IsNotRevoked,
        TokenChecks.TenantIsActive,
    ];

    /// <summary>Verifies with the keys at hand, and once more if its issuer had another one to fetch.</summary>
    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellation)
    {
        var verdict = Verify(token);
        return verdict is TokenVerdict.Refused { KeysAt: { } issuer } && issuerKeys is not null && await issuerKeys.RefreshAsync(issuer, cancellation)
            ? Verify(token)
            : verdict;
    }

    /// <summary>Verifies with the keys at hand.</summary>
    public TokenVerdict Verify(string token)
    {
        if (IsTooLong(token))
        {
            return new TokenVerdict.Refused(TokenFailure.TooLong);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(2 * MostCharacters);
        try
        {
            return Ascii.FromUtf16(token, buffer, out var length) == OperationStatus.Done
                ? Verify(buffer, length)
                : new TokenVerdict.Refused(TokenFailure.Malformed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsTooLong(string token) => token.Length > MostCharacters;

    // Behind the token: the hash of what is signed, the signature, and what else is decoded.
    private TokenVerdict Verify(byte[] buffer, int length)
    {
        if (!TokenParts.TrySplit(buffer.AsSpan(0, length), out var parts))
        {
            return new TokenVerdict.Refused(TokenFailure.Malformed);
        }

        var read = buffer.AsMemory(length);
        var end = TokenHash.Size + TokenParts.LengthOf(parts.Signature);
        SHA256.HashData(buffer.AsSpan(0, parts.SignedLength), read.Span);
        TokenParts.Decode(parts.Signature, read.Span[TokenHash.Size..end]);
        if (remembered is null)
        {
            return VerifyAnew(parts, read, end, out _);
        }

        var hash = TokenHash.Of(read.Span);
        if (Recall(hash, read.Span[TokenHash.Size..end]) is { } recalled)
        {
            return recalled;
        }

        var verdict = VerifyAnew(parts, read, end, out var candidate);
        if (verdict is TokenVerdict.Accepted)
        {
            remembered.Add(hash, new VerifiedToken(candidate!.Token, candidate.Key!, candidate.Signature.ToArray()));
        }

        return verdict;
    }

    // A token that is remembered goes down the whole table again; all it is spared is to be taken apart, and its signature
    // while the same key would verify it. If it does not come through, it is forgotten and verified as if never seen.
    private TokenVerdict.Accepted? Recall(TokenHash hash, ReadOnlySpan<byte> signature)
    {
        if (!remembered!.TryGet(hash, out var known) || !known.IsSignedWith(signature))
        {
            return null;
        }

        if (Check(new TokenCandidate(known.Token, directory, options, clock.GetUtcNow()) { IssuerKeys = issuerKeys, VerifiedWith = known.Key }) is TokenVerdict.Accepted accepted)
        {
            return accepted;
        }

        remembered.Remove(hash);
        return null;
    }

    private TokenVerdict VerifyAnew(TokenParts parts, Memory<byte> read, int end, out TokenCandidate? candidate)
    {
        candidate = null;
        if (CompactToken.Read(parts, read.Span[end..], out var failure) is not { } token)
        {
            return new TokenVerdict.Refused(failure);
        }

        candidate = new TokenCandidate(token, directory, options, clock.GetUtcNow())
        {
            IssuerKeys = issuerKeys,
            SignedHash = read[..TokenHash.Size],
            Signature = read[TokenHash.Size..end],
        };
        return Check(candidate);
    }

    private static TokenVerdict Check(TokenCandidate candidate)
    {
        foreach (var check in CognitoIssuer.TryParse(candidate.Token.Issuer, out _) ? ChecksOfCognito : Checks)
        {
            if (check(candidate) is { } failure)
            {
                return new TokenVerdict.Refused(failure, failure is TokenFailure.KeyNotOfPool or TokenFailure.KeysNotFetched ? candidate.KeysAt : null);
            }
        }

        return new TokenVerdict.Accepted(candidate.Tenant!, candidate.Token);
    }
}
