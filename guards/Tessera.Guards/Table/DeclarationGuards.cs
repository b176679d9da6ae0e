using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Tessera.AspNetCore: where an endpoint's tenant comes from, and where a request may not name another.</summary>
internal static class DeclarationGuards
{
    private const string Rules = "Tessera.AspNetCore.Declarations.DeclarationRules.";
    private const string Tenancy = "Tessera.AspNetCore.Tenancy.";
    private const string Start = "DeclarationStartTests";
    private const string Mentions = "TenantMentionTests";

    public static readonly Guard[] All =
    [
        new("An endpoint says where its tenant comes from", Rules + "SaysWhereItsTenantComesFrom", ReturnsNull, Start),
        new("An endpoint does not demand a tenant and let everybody in", Rules + "DoesNotContradictItself", ReturnsNull, Start),
        new("A permission that is asked for exists", Rules + "PermissionsAreInTheCatalogue", ReturnsNull, Start),
        new("An application with an undeclared endpoint does not start", "Tessera.AspNetCore.Declarations.DeclarationCheck.Demand", DoesNothing, Start),
        new("An undeclared endpoint that came later is refused", Tenancy + "TenantMiddleware.RefusalOfUndeclared", ReturnsNull, "DeclarationTests.An_endpoint_that_came_after*"),
        new("An endpoint without authorization is shut unless it says that it has no tenant", "Tessera.AspNetCore.Declarations.EndpointDeclarations.IsReachableWithoutAuthorization", ReturnsTrue, "DeclarationTests.The_fallback_alone*"),
        new("An endpoint without a tenant sees none", Tenancy + "TenantMiddleware.MayHaveATenant", ReturnsTrue, "DeclarationTests.An_endpoint_without_a_tenant*"),
        new("An endpoint that demands a tenant is shut where none was set", "Tessera.AspNetCore.Declarations.TenantRequirement.IsInForce", ReturnsTrue, "DeclarationTests.In_a_branch*"),
        new("A host does not name another tenant", Tenancy + "TenantMentions.OtherHost", ReturnsNull, Mentions),
        new("A cookie does not name another tenant", Tenancy + "TenantMentions.OtherCookie", ReturnsNull, Mentions),
        new("A form does not name another tenant", Tenancy + "FormTenants.Find", ReturnsNothing, Mentions),
        new("A form of parts does not name another tenant", Tenancy + "FormTenants.FindInPartsAsync", ReturnsNothing, Mentions),
    ];
}
