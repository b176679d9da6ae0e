using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Tessera.AspNetCore: who may do what, and who may say so.</summary>
internal static class ProfileGuards
{
    private const string Access = "Tessera.AspNetCore.Profiles.Access.";
    private const string Management = "Tessera.AspNetCore.Profiles.Management.";
    private const string Rules = Management + "ProfileRules.";
    private const string Input = "ProfileInputTests";

    public static readonly Guard[] All =
    [
        new("An endpoint is for those whose profile has its permission", Access + "PermissionRequirement.IsHeldBy", ReturnsTrue, "PermissionTests"),
        new("What is not in the catalogue gives nothing", "Tessera.AspNetCore.Profiles.PermissionCatalogue.Has", ReturnsTrue, Input),
        new("What is kept is stale once its tenant changed", Access + "AccessCache.HasNotChanged", ReturnsTrue, "AccessCacheTests", "ChangeTests"),
        new("This instance acts on its own change at once", Access + "AccessCache.TenantChanged", DoesNothing, "ChangeTests"),
        new("What is kept is stale once changes may have been missed", Access + "AccessCache.NothingWasMissed", ReturnsTrue, "AccessCacheTests"),
        new("What is kept has its time", Access + "AccessCache.IsOfItsTime", ReturnsTrue, "AccessCacheTests"),
        new("An instance that hears nothing keeps to the short time", Access + "AccessCache.IsHearing", ReturnsTrue, "AccessCacheTests"),
        new("Other instances are told of a change", Management + "ProfileTransaction.CommitAsync", DoesNothing, "ChangeTests"),
        new("Only managers change profiles, as the database has it", Management + "GrantRules.ActorManages", ReturnsNull, "GrantTests"),
        new("Nobody gives or takes what they do not hold", Management + "GrantRules.StaysWithinWhatTheActorHolds", ReturnsNull, "GrantTests"),
        new("Nobody overwrites what they have not read", Management + "VersionRules.VersionIsAsExpected", ReturnsNull, "ManagementTests"),
        new("An import has no more lines than it may", Management + "ImportEndpoint.LinesAreFew", ReturnsNull, Input),
        new("An import is about each subject once", Management + "ProfileImport.IsNotRepeated", ReturnsNull, Input),
        new("A subject has the form of one", Rules + "SubIsWellFormed", ReturnsNull, Input),
        new("A role's name looks like no other", Rules + "RoleIsWellFormed", ReturnsNull, Input),
        new("No tenant's role has the name of one of the application's", Rules + "RoleIsNotTheApplications", ReturnsNull, Input),
        new("A profile's lists are short", Rules + "ListsAreShort", ReturnsNull, Input),
        new("A role has no more permissions than it may", Rules + "PermissionsAreFew", ReturnsNull, Input),
        new("A tenant has no more roles than it may", Rules + "TenantHasRoomForRole", ReturnsNull, Input),
        new("Permissions are the application's alone", Rules + "PermissionsAreInTheCatalogue", ReturnsNull, Input),
        new("Roles are the application's", Rules + "RolesAreTheApplications", ReturnsNull, Input),
        new("Tenant roles are the tenant's own", Rules + "TenantRolesAreTheTenants", ReturnsNull, Input),
        new("Preferences and attributes are small objects", Rules + "IsSmallObject", ReturnsNull, Input),
        new("Text is what a database can keep", Rules + "IsStorable", ReturnsNull, Input),
        new("Profiles show and take the tenant's rows alone", "Tessera.Postgres.Schema.RowSecuritySql.ProtectTenant", Returns(""), "ManagementTests", "PermissionTests"),
    ];
}
