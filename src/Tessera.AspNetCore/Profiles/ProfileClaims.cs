using System.Security.Claims;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Profiles.Access;

namespace Tessera.AspNetCore.Profiles;

/// <summary>Puts the profile beside the token in a principal: from memory, or in one round trip.</summary>
internal sealed class ProfileClaims(CallerAccesses accesses)
{
    public ValueTask AddAsync(ClaimsPrincipal principal, CancellationToken cancellation)
    {
        if (TenantIdentity.Of(principal) is not { } caller)
        {
            return ValueTask.CompletedTask;
        }

        var reading = accesses.OfAsync(Caller.Of(caller), cancellation);
        if (!reading.IsCompletedSuccessfully)
        {
            return AddReadAsync(principal, reading);
        }

        principal.AddIdentity(new ProfileIdentity(reading.Result));
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AddReadAsync(ClaimsPrincipal principal, ValueTask<CallerAccess> reading) =>
        principal.AddIdentity(new ProfileIdentity(await reading));
}

/// <summary>What a caller may do, for code that must know it on the way.</summary>
public static class ProfileClaimsPrincipal
{
    /// <summary>Whether the profile of the request's caller has the permission. As it was when the request came.</summary>
    public static bool HasPermission(this ClaimsPrincipal user, string permission) =>
        user.Identities.OfType<ProfileIdentity>().FirstOrDefault()?.Access.Has(permission) == true;
}
