using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Errors;
using static Tessera.AspNetCore.Profiles.Management.ProfileJson;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>The roles: the application's to look at, the tenant's own to change.</summary>
internal static class RoleEndpoints
{
    public static void MapRoles(this IEndpointRouteBuilder profiles)
    {
        var roles = profiles.MapGroup("/roles").RequirePermission(ProfilePermissions.Manage);
        roles.MapGet("", ListAsync);
        roles.MapGet("/{role}", GetAsync);
        roles.MapPut("/{role}", PutAsync);
        roles.MapDelete("/{role}", DeleteAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, PermissionCatalogue catalogue, RoleStore store)
    {
        var own = await store.ListAsync(context.RequestAborted);
        return Results.Json(new RoleList([.. catalogue.Roles.Select(role => new CatalogueRole(role.Name, role.Permissions))], own), Default.RoleList);
    }

    private static async Task<IResult> GetAsync(string role, HttpContext context, RoleStore store) => ProfileNames.IsRole(role) && await store.FindAsync(role, context.RequestAborted) is { } found
        ? ProfileEndpoints.Answer<TenantRole>(context, found, found.Version, Shown)
        : new ProblemResult(RoleStore.NotFound());

    private static async Task<IResult> PutAsync(string role, HttpContext context, RoleStore store)
    {
        var body = await ProfileRequest.BodyAsync(context, Default.RoleSpec);
        if (body is not ProfileResult<RoleSpec>.Done(var spec))
        {
            return ProfileEndpoints.Answer(context, body, null, _ => Results.Ok());
        }

        var result = await store.PutAsync(ProfileRequest.Caller(context), role, spec.Permissions, ProfileRequest.Expected(context), context.RequestAborted);
        return ProfileEndpoints.Answer(context, result, (result as ProfileResult<TenantRole>.Done)?.Value.Version, Shown);
    }

    private static async Task<IResult> DeleteAsync(string role, HttpContext context, RoleStore store) => !ProfileNames.IsRole(role)
        ? new ProblemResult(RoleStore.NotFound())
        : ProfileEndpoints.Answer(
            context, await store.DeleteAsync(ProfileRequest.Caller(context), role, ProfileRequest.Expected(context), context.RequestAborted), null, _ => Results.NoContent());

    private static IResult Shown(TenantRole role) => Results.Json(role, Default.TenantRole);
}
