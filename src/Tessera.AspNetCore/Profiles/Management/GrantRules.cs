using Tessera.AspNetCore.Profiles.Access;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>
/// Permissions only shrink: whoever changes a profile or a role gives, and takes, nothing but what they hold themselves.
/// What they hold is read in the very transaction of the change, under the tenant's lock, and never from memory.
/// </summary>
internal static class GrantRules
{
    public static Error? ActorManages(CallerAccess actor) =>
        actor.Has(ProfilePermissions.Manage) ? null : PermissionRequirement.Missing(ProfilePermissions.Manage);

    /// <param name="changed">All that is given or taken, be it through a role or by name.</param>
    public static Error? StaysWithinWhatTheActorHolds(CallerAccess actor, IEnumerable<string> changed) =>
        !actor.Has(ProfilePermissions.GrantAny) && changed.FirstOrDefault(permission => !actor.Has(permission)) is { } beyond
            ? new Error("grant_exceeds_own", 403, $"You do not hold {beyond} yourself, so you can neither give nor take it.")
            : null;

    /// <summary>
    /// What is in one of two and not in the other. A role that somebody gains counts with all it gives, also where they had
    /// that in another way: the other way may be taken from them later.
    /// </summary>
    public static IEnumerable<string> Changed(Holding before, Holding after, PermissionCatalogue catalogue, IReadOnlyDictionary<string, TenantRole> roles) =>
        Difference(before.Roles, after.Roles).SelectMany(catalogue.PermissionsOf)
            .Concat(Difference(before.TenantRoles, after.TenantRoles).SelectMany(role => roles.TryGetValue(role, out var known) ? known.Permissions : []))
            .Concat(Difference(before.Permissions, after.Permissions))
            .Where(catalogue.Has);

    public static IEnumerable<string> Difference(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.Except(other).Concat(other.Except(one));
}

/// <summary>What a subject has been given.</summary>
internal sealed record Holding(IReadOnlyList<string> Roles, IReadOnlyList<string> TenantRoles, IReadOnlyList<string> Permissions)
{
    public static Holding Of(Profile profile) => new(profile.Roles, profile.TenantRoles, profile.Permissions);

    /// <summary>Without a profile the default holds; whose it is, a person's or a machine's, is not known here, so it may be either.</summary>
    public static Holding WithoutProfile(PermissionCatalogue catalogue) =>
        new([.. catalogue.DefaultRoles(isMachine: false).Union(catalogue.DefaultRoles(isMachine: true))], [], []);
}
