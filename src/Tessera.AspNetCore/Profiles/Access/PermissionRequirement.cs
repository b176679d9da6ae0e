using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Tessera.AspNetCore.Declarations;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>
/// The caller's profile has the permission now. It is looked up for each demand, not read from claims: a connection that
/// lives for hours is held to what its caller may do today, and a token cannot bring a permission along.
/// </summary>
internal sealed class PermissionRequirement(string permission) : IAuthorizationRequirement
{
    private static readonly object Lacking = new();
    private static readonly object Forbidden = new();

    public string Permission => permission;

    /// <summary>The token's caller was turned away, and nobody has said more than that.</summary>
    public static void NoteForbidden(HttpContext context) => context.Items[Forbidden] = Forbidden;

    /// <summary>What to answer a caller who was turned away; null where somebody has answered, or nobody was.</summary>
    public static Error? RefusalOf(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: StatusCodes.Status403Forbidden } && context.Items.ContainsKey(Forbidden)
            ? Missing(context.Items[Lacking] as string)
            : null;

    public static Error Missing(string? permission) => new("permission_missing", StatusCodes.Status403Forbidden, permission is null
        ? "You may not do this."
        : $"Your profile in this tenant lacks the permission {permission}.");

    public void NoteLacking(object? resource)
    {
        if (resource is HttpContext context)
        {
            context.Items[Lacking] = permission;
        }
    }

    public bool IsHeldBy(CallerAccess access) => access.Has(permission);
}

internal sealed class PermissionRequirementHandler(CallerAccesses accesses) : AuthorizationHandler<PermissionRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (TenantRequirement.CallerOf(context.User, context.Resource) is not { } identity)
        {
            return;
        }

        var aborted = (context.Resource as HttpContext)?.RequestAborted ?? default;
        if (requirement.IsHeldBy(await accesses.OfAsync(Caller.Of(identity), aborted)))
        {
            context.Succeed(requirement);
        }
        else
        {
            requirement.NoteLacking(context.Resource);
        }
    }
}
