using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Tessera.AspNetCore: which token is believed, and whose tenant a request is of.</summary>
internal static class SdkGuards
{
    private const string Checks = "Tessera.AspNetCore.Tokens.TokenChecks.";
    private const string Tokens = "TokenVerificationTests";
    private const string Tenancy = "Tessera.AspNetCore.Tenancy.";

    public static readonly Guard[] All =
    [
        new("A token's header does not say how it is verified", Checks + "HeaderIsPlain", ReturnsNull, Tokens),
        new("Only an access token is one, by its type", Checks + "TypeIsAccessToken", ReturnsNull, Tokens),
        new("A token is of the issuer of its tenant's home", "Tessera.AspNetCore.Tokens.TokenHome.Of", Takes("op_Equality", true), Tokens, "SharedRealmTokenTests"),
        new("The signature holds", Checks + "SignatureHolds", ReturnsNull, Tokens),
        new("The client is one of the issuer's", Checks + "ClientIsTheIssuers", ReturnsNull, Tokens, "SharedRealmTokenTests"),
        new("The token is meant for this API", Checks + "AudienceIsThisApi", ReturnsNull, Tokens),
        new("Its use is access", Checks + "UseIsAccess", ReturnsNull, Tokens),
        new("It has a subject", Checks + "SubjectIsThere", ReturnsNull, Tokens),
        new("Its time has come and is not over", Checks + "TimeIsRight", ReturnsNull, Tokens),
        new("It was not revoked", Checks + "IsNotRevoked", ReturnsNull, "SharedRealmTokenTests"),
        new("Its tenant is active", Checks + "TenantIsActive", ReturnsNull, Tokens),
        new("A request that names another tenant is refused", Tenancy + "TenantMentions.FindOtherThanAsync", ReturnsNull, "TenantConflictTests"),
        new("Only the tenant's own names pass for it", Tenancy + "TenantMentions.IsNameOf", ReturnsTrue, "TenantConflictTests"),
        new("A body is looked into for tenants", Tenancy + "BodyTenants.Find", ReturnsNothing, "TenantConflictTests"),
    ];
}
