using Tessera.AspNetCore.Profiles.Access;
using Tessera.Contracts.Errors;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>The current tenant's own roles.</summary>
internal sealed class RoleStore(TenantDatabase database, ProfileChanges changes, PermissionCatalogue catalogue)
{
    private const string Upsert = """
        INSERT INTO tessera_roles (role, permissions, version) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, role) DO UPDATE SET (permissions, version) = (EXCLUDED.permissions, EXCLUDED.version)
        """;

    // A role of the same name that is made later must find nobody who has it.
    private const string TakeFromAll = """
        UPDATE tessera_profiles SET tenant_roles = array_remove(tenant_roles, $1), version = gen_random_uuid(), updated_at = now()
        WHERE $1 = ANY (tenant_roles)
        """;

    public Task<IReadOnlyList<TenantRole>> ListAsync(CancellationToken cancellation) =>
        database.QueryAsync(new($"SELECT {ProfileRows.RoleColumns} FROM tessera_roles ORDER BY role"), ProfileRows.ReadRole, cancellation);

    public async Task<TenantRole?> FindAsync(string role, CancellationToken cancellation)
    {
        var found = await database.QueryAsync(
            new($"SELECT {ProfileRows.RoleColumns} FROM tessera_roles WHERE role = $1") { Parameters = { new() { Value = role } } }, ProfileRows.ReadRole, cancellation);
        return found is [var only] ? only : null;
    }

    public async Task<ProfileResult<TenantRole>> PutAsync(Caller? actor, string role, IReadOnlyList<string> permissions, Expected expected, CancellationToken cancellation)
    {
        if ((ProfileRules.RoleIsWellFormed(role) ?? ProfileRules.RoleIsNotTheApplications(catalogue, role)
            ?? ProfileRules.PermissionsAreFew(permissions) ?? ProfileRules.PermissionsAreInTheCatalogue(catalogue, permissions)) is { } fault)
        {
            return fault;
        }

        await using var change = await changes.BeginAsync(actor, [], cancellation);
        var before = change.Roles.GetValueOrDefault(role);
        var after = new TenantRole(role, [.. permissions.Distinct().Order(StringComparer.Ordinal)], Guid.NewGuid());
        if ((changes.RefusalOf(actor, change)
            ?? VersionRules.VersionIsAsExpected(expected, before?.Version)
            ?? (before is null ? ProfileRules.TenantHasRoomForRole(change.Roles.Count) : null)
            ?? changes.RefusalOf(actor, change, GrantRules.Difference(before?.Permissions ?? [], after.Permissions).Where(catalogue.Has))) is { } refusal)
        {
            return refusal;
        }

        change.Write(Upsert, role, after.Permissions, after.Version);
        await changes.CommitAsync(change, cancellation);
        return after;
    }

    public async Task<ProfileResult<TenantRole>> DeleteAsync(Caller? actor, string role, Expected expected, CancellationToken cancellation)
    {
        await using var change = await changes.BeginAsync(actor, [], cancellation);
        if (changes.RefusalOf(actor, change) is { } refusal)
        {
            return refusal;
        }

        if (change.Roles.GetValueOrDefault(role) is not { } found)
        {
            return NotFound();
        }

        if ((VersionRules.VersionIsAsExpected(expected, found.Version) ?? changes.RefusalOf(actor, change, found.Permissions.Where(catalogue.Has))) is { } held)
        {
            return held;
        }

        change.Write("DELETE FROM tessera_roles WHERE role = $1", role);
        change.Write(TakeFromAll, role);
        await changes.CommitAsync(change, cancellation);
        return found;
    }

    public static Error NotFound() => new("role_not_found", 404, "The tenant has no role of this name of its own.");
}
