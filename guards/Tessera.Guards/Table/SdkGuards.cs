using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Tessera.AspNetCore: which token is believed, and whose tenant a request is of.</summary>
internal static class SdkGuards
{
    private const string Here = "Tessera.AspNetCore.";
    private const string Checks = Here + "Tokens.TokenChecks.";
    private const string Tenancy = Here + "Tenancy.";
    private const string Cognito = Here + "Tokens.CognitoChecks.";
    private const string Tokens = "TokenVerificationTests";

    public static readonly Guard[] All =
    [
        new("A token's header does not say how it is verified", Checks + "HeaderIsPlain", ReturnsNull, Tokens),
        new("Only an access token is one, by its type", Checks + "TypeIsAccessToken", ReturnsNull, Tokens),
        new("A token is of the issuer of its tenant's home", Here + "Tokens.TokenHome.IsOf", ReturnsTrue, Tokens, "SharedRealmTokenTests"),
        new("A key signs with its own algorithm", Checks + "AlgorithmIsTheKeys", ReturnsNull, Tokens, "JwtAttackTests"),
        new("The signature holds", Checks + "SignatureHolds", ReturnsNull, Tokens),
        new("The client is one of the issuer's", Checks + "ClientIsTheIssuers", ReturnsNull, Tokens, "SharedRealmTokenTests"),
        new("The client is one this API takes", Checks + "ClientIsAllowed", ReturnsNull, "CognitoTokenTests"),
        new("The token is meant for this API", Checks + "AudienceIsThisApi", ReturnsNull, Tokens),
        new("Its use is access", Checks + "UseIsAccess", ReturnsNull, Tokens),
        new("It has a subject", Checks + "SubjectIsThere", ReturnsNull, Tokens),
        new("Its times are times", Checks + "TimesAreThere", ReturnsNull, Tokens),
        new("Its time is not over", Checks + "IsNotExpired", ReturnsNull, Tokens),
        new("Its time has come", Checks + "HasBegun", ReturnsNull, Tokens),
        new("It was not revoked", Checks + "IsNotRevoked", ReturnsNull, "SharedRealmTokenTests"),
        new("Its tenant is active", Checks + "TenantIsActive", ReturnsNull, Tokens),
        new("A request that names another tenant is refused", Tenancy + "TenantMentions.FindOtherThanAsync", ReturnsNull, "TenantConflictTests"),
        new("Only the tenant's own names pass for it", Tenancy + "TenantMentions.IsNameOf", ReturnsTrue, "TenantConflictTests"),
        new("A body is looked into for tenants", Tenancy + "JsonTenants.Find", ReturnsNothing, "TenantConflictTests"),
        new("The directory is no older than was wanted", Here + "Tokens.DirectoryChecks.DirectoryIsRecent", ReturnsNull, "StalenessTests"),
        new("The directory was heard of lately", Here + "Tokens.DirectoryChecks.DirectoryIsFresh", ReturnsNull, "StalenessTests"),
        new("A token has a length", Here + "Tokens.TokenVerifier.IsTooLong", ReturnsFalse, Tokens, "TokenReadingTests"),
        new("A token has one spelling", Here + "Tokens.TokenParts.IsTheOneSpelling", ReturnsTrue, "TokenReadingTests"),
        new("A token is of its alphabet alone", Here + "Tokens.TokenParts.HasOnlyTheAlphabet", ReturnsTrue, "TokenReadingTests"),
        new("A member is there once", Here + "Tokens.JsonMembers.HasDuplicate", ReturnsFalse, "TokenReadingTests"),
        new("A member of a header that says how to verify is known by its name", Here + "Tokens.CompactToken.IsForbidden", ReturnsFalse, Tokens),
        new("A member within another is there once, too", Here + "Tokens.JsonMembers.IsDistinct", ReturnsTrue, "TokenReadingTests"),
        new("Text is text", Here + "Tokens.JsonMembers.DemandText", DoesNothing, "TokenReadingTests"),
        new("Half a surrogate pair is no text", Here + "Tokens.JsonMembers.CheckText", DoesNothing, "TokenReadingTests"),
        new("Header and payload are objects", Here + "Tokens.JsonMembers.DemandObject", DoesNothing, "TokenReadingTests"),
        new("A caller is told to try again when the token is not at fault", Here + "Authentication.TokenRefusal.IsOursAlone", ReturnsFalse, "StalenessTests", "IssuerKeyTests"),
        new("Fetched keys are asked for again within the hour", Here + "Keys.IssuerKeySet.IsOld", ReturnsFalse, "IssuerKeyTests"),
        new("An RSA key is strong", Here + "Tokens.VerificationKey.IsStrong", ReturnsTrue, "VerificationKeyTests"),
        new("A remembered token is its signature, too", Here + "Tokens.VerifiedToken.IsSignedWith", ReturnsTrue, "RememberedTokenTests"),
        new("There are only so many remembered tokens", Here + "Tokens.VerifiedTokens.IsFull", ReturnsFalse, "RememberedTokenTests"),
        new("An issuer is asked for keys twice a minute at most", Here + "Keys.IssuerKeySet.MayFetch", ReturnsTrue, "IssuerKeyTests"),
        new("Amazon Cognito signs with RS256 alone", Cognito + "AlgorithmIsCognitos", ReturnsNull, "CognitoTokenTests"),
        new("A typed token of Amazon Cognito is an access token", Cognito + "TypeIsNoOther", ReturnsNull, "CognitoTokenTests"),
        new("What a Cognito token says of its tenant agrees with its client", Cognito + "TenantClaimsAgree", ReturnsNull, "CognitoTokenTests"),
        new("A Cognito token's audience is held to where there is one", Cognito + "AudienceIsThisApiIfAny", ReturnsNull, "CognitoTokenTests"),
        new("No cache keeps what a token opened", Here + "Tenancy.TenantMiddleware.KeepFromCaches", DoesNothing, "TenantConflictTests"),
    ];
}
