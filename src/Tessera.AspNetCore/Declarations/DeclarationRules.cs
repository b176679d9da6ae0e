using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Tessera.AspNetCore.Profiles;

namespace Tessera.AspNetCore.Declarations;

/// <summary>What must hold of every endpoint. Each rule is a method; it returns the fault and its remedy, or null.</summary>
internal static class DeclarationRules
{
    public static bool DemandsTenant(EndpointMetadataCollection metadata) => metadata.GetMetadata<ITenantDemand>() is not null;

    public static string? SaysWhereItsTenantComesFrom(EndpointMetadataCollection metadata, bool isExcused) =>
        DemandsTenant(metadata) || IsOpen(metadata) || isExcused
            ? null
            : "declares nothing. Add RequirePermission(\"…\"), RequireTenant(), WithoutTenant(\"why\") or AllowAnonymous(); for an endpoint of a library, TesseraOptions.WithoutTenant(which, \"why\").";

    /// <summary>ASP.NET Core skips every demand of an endpoint that allows anonymous callers, whichever of the two was written last.</summary>
    public static string? DoesNotContradictItself(EndpointMetadataCollection metadata, bool isExcused) =>
        DemandsTenant(metadata) && (IsOpen(metadata) || isExcused)
            ? "demands a tenant and says that it needs none. Take one of the two away; an exception in a group that demands one is mapped outside of the group."
            : null;

    /// <summary>A hub's methods are looked at with it.</summary>
    public static string? PermissionsAreInTheCatalogue(EndpointMetadataCollection metadata, PermissionCatalogue? catalogue) =>
        PermissionsOf(metadata).FirstOrDefault(permission => catalogue?.Has(permission) != true) is { } unknown
            ? $"requires the permission '{unknown}', which is in no catalogue. Add it: AddTesseraProfiles(profiles => profiles.Permission(\"{unknown}\", \"…\"))."
            : null;

    private static bool IsOpen(EndpointMetadataCollection metadata) =>
        metadata.GetMetadata<WithoutTenantAttribute>() is not null || metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static IEnumerable<string> PermissionsOf(EndpointMetadataCollection metadata) => metadata
        .GetOrderedMetadata<RequirePermissionAttribute>()
        .Concat(metadata.GetMetadata<HubMetadata>()?.HubType.GetMethods().SelectMany(method => method.GetCustomAttributes<RequirePermissionAttribute>(inherit: true)) ?? [])
        .Select(required => required.Permission);
}
