using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Errors;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.AspNetCore.Profiles.Management;
using static Tessera.AspNetCore.Profiles.Management.ProfileJson;

namespace Tessera.AspNetCore.Profiles;

/// <summary>The management API, to be mapped where the application likes.</summary>
public static class ProfileEndpoints
{
    /// <summary>
    /// Maps <c>me</c> for everyone signed in, and <c>subjects</c>, <c>roles</c>, <c>permissions</c> and <c>import</c> for
    /// holders of <see cref="ProfilePermissions.Manage"/>.
    /// </summary>
    /// <param name="prefix">For instance <c>/profiles</c>.</param>
    public static IEndpointConventionBuilder MapTesseraProfiles(this IEndpointRouteBuilder routes, string prefix)
    {
        var profiles = routes.MapGroup(prefix);
        profiles.MapGet("/me", MeAsync).RequireTenant();

        var subjects = profiles.MapGroup("/subjects").RequirePermission(ProfilePermissions.Manage);
        subjects.MapGet("", ListAsync);
        subjects.MapGet("/{sub}", GetAsync);
        subjects.MapPut("/{sub}", PutAsync);
        subjects.MapDelete("/{sub}", DeleteAsync);

        profiles.MapRoles();
        profiles.MapGet("/permissions", Permissions).RequirePermission(ProfilePermissions.Manage);
        profiles.MapPost("/import", ImportEndpoint.ImportAsync).RequirePermission(ProfilePermissions.Manage);
        return profiles;
    }

    internal static IResult Answer<T>(HttpContext context, ProfileResult<T> result, Guid? version, Func<T, IResult> done)
    {
        if (version is { } tag)
        {
            context.Response.Headers.ETag = $"\"{tag:D}\"";
        }

        return result switch
        {
            ProfileResult<T>.Done(var value) => done(value),
            ProfileResult<T>.Refused(var error) => new ProblemResult(error),
            _ => throw new InvalidOperationException("A change is either done or refused."),
        };
    }

    private static async Task<IResult> MeAsync(HttpContext context, ProfileStore store, CallerAccesses accesses)
    {
        var caller = ProfileRequest.Caller(context);
        var access = await accesses.OfAsync(caller, context.RequestAborted);
        var profile = await store.FindAsync(caller.Sub, context.RequestAborted);
        return Results.Json(new OwnAccess(caller.Sub, access.Roles, access.TenantRoles, [.. access.Permissions.Order(StringComparer.Ordinal)], profile), Default.OwnAccess);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ProfileStore store)
    {
        var (after, limit) = (context.Request.Query["after"].ToString(), context.Request.Query["limit"].ToString());
        var most = ProfileLimits.PageSize;
        if ((after.Length > 0 && !ProfileNames.IsSub(after)) || (limit.Length > 0 && (!int.TryParse(limit, out most) || most is < 1 or > ProfileLimits.PageSize)))
        {
            return new ProblemResult(new("page_invalid", 400, $"A page begins after a subject, and its limit lies between 1 and {ProfileLimits.PageSize}."));
        }

        var found = await store.ListAsync(after, most, context.RequestAborted);
        return Results.Json(new ProfilePage(found, found.Count == most ? found[^1].Sub : null), Default.ProfilePage);
    }

    private static async Task<IResult> GetAsync(string sub, HttpContext context, ProfileStore store) => ProfileNames.IsSub(sub) && await store.FindAsync(sub, context.RequestAborted) is { } profile
        ? Answer<Profile>(context, profile, profile.Version, Shown)
        : new ProblemResult(ProfileStore.NotFound());

    private static async Task<IResult> PutAsync(string sub, HttpContext context, ProfileStore store)
    {
        var body = await ProfileRequest.BodyAsync(context, Default.ProfileSpec);
        if (body is not ProfileResult<ProfileSpec>.Done(var spec))
        {
            return Answer(context, body, null, _ => Results.Ok());
        }

        var result = await store.PutAsync(ProfileRequest.Caller(context), sub, spec, ProfileRequest.Expected(context), context.RequestAborted);
        return Answer(context, result, (result as ProfileResult<Profile>.Done)?.Value.Version, Shown);
    }

    private static async Task<IResult> DeleteAsync(string sub, HttpContext context, ProfileStore store) => !ProfileNames.IsSub(sub)
        ? new ProblemResult(ProfileStore.NotFound())
        : Answer(context, await store.DeleteAsync(ProfileRequest.Caller(context), sub, ProfileRequest.Expected(context), context.RequestAborted), null, _ => Results.NoContent());

    private static IResult Permissions(PermissionCatalogue catalogue) => Results.Json(
        new CatalogueList([.. catalogue.Permissions.Select(known => new CataloguePermission(known.Name, known.Description))]),
        Default.CatalogueList);

    private static IResult Shown(Profile profile) => Results.Json(profile, Default.Profile);
}
