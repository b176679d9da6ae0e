using Tessera.AspNetCore.Profiles.Access;
using Tessera.Contracts.Errors;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>The current tenant's profiles.</summary>
internal sealed class ProfileStore(TenantDatabase database, ProfileChanges changes, PermissionCatalogue catalogue, TimeProvider clock)
{
    private const string Upsert = """
        INSERT INTO tessera_profiles (sub, roles, tenant_roles, permissions, preferences, attributes, version, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, sub) DO UPDATE SET (roles, tenant_roles, permissions, preferences, attributes, version, updated_at)
            = (EXCLUDED.roles, EXCLUDED.tenant_roles, EXCLUDED.permissions, EXCLUDED.preferences, EXCLUDED.attributes, EXCLUDED.version, EXCLUDED.updated_at)
        """;

    public async Task<Profile?> FindAsync(string sub, CancellationToken cancellation)
    {
        var found = await database.QueryAsync(
            new($"SELECT {ProfileRows.Columns} FROM tessera_profiles WHERE sub = $1") { Parameters = { new() { Value = sub } } }, ProfileRows.Read, cancellation);
        return found is [var profile] ? profile : null;
    }

    public Task<IReadOnlyList<Profile>> ListAsync(string after, int limit, CancellationToken cancellation) => database.QueryAsync(
        new($"SELECT {ProfileRows.Columns} FROM tessera_profiles WHERE sub > $1 ORDER BY sub LIMIT $2") { Parameters = { new() { Value = after }, new() { Value = limit } } },
        ProfileRows.Read, cancellation);

    public async Task<ProfileResult<Profile>> PutAsync(Caller? actor, string sub, ProfileSpec spec, Expected expected, CancellationToken cancellation)
    {
        if (FaultOf(sub, spec) is { } fault)
        {
            return fault;
        }

        await using var change = await changes.BeginAsync(actor, [sub], cancellation);
        var before = change.Profiles.GetValueOrDefault(sub);
        var after = Next(sub, spec);
        if ((changes.RefusalOf(actor, change) ?? VersionRules.VersionIsAsExpected(expected, before?.Version) ?? RefusalOf(actor, change, before, after)) is { } refusal)
        {
            return refusal;
        }

        Write(change, after);
        await changes.CommitAsync(change, cancellation);
        return after;
    }

    public async Task<ProfileResult<Profile>> DeleteAsync(Caller? actor, string sub, Expected expected, CancellationToken cancellation)
    {
        await using var change = await changes.BeginAsync(actor, [sub], cancellation);
        if (changes.RefusalOf(actor, change) is { } refusal)
        {
            return refusal;
        }

        if (change.Profiles.GetValueOrDefault(sub) is not { } profile)
        {
            return NotFound();
        }

        var changed = GrantRules.Changed(Holding.Of(profile), Holding.WithoutProfile(catalogue), catalogue, change.Roles);
        if ((VersionRules.VersionIsAsExpected(expected, profile.Version) ?? changes.RefusalOf(actor, change, changed)) is { } held)
        {
            return held;
        }

        change.Write("DELETE FROM tessera_profiles WHERE sub = $1", sub);
        await changes.CommitAsync(change, cancellation);
        return profile;
    }

    public async Task<ProfileResult<IReadOnlyList<ImportedLine>>> ImportAsync(Caller actor, IReadOnlyList<ImportLine> lines, bool replace, CancellationToken cancellation)
    {
        await using var change = await changes.BeginAsync(actor, [.. lines.Select(line => line.Spec?.Sub).OfType<string>().Where(ProfileNames.IsSub)], cancellation);
        if (changes.RefusalOf(actor, change) is { } refusal)
        {
            return refusal;
        }

        var import = new ProfileImport(replace);
        foreach (var line in lines)
        {
            import.Take(line, line.Fault ?? FaultOf(line.Spec!.Sub, line.Spec), change.Profiles, () =>
            {
                var after = Next(line.Spec!.Sub!, line.Spec);
                var refused = RefusalOf(actor, change, change.Profiles.GetValueOrDefault(after.Sub), after);
                if (refused is null)
                {
                    Write(change, after);
                }

                return refused;
            });
        }

        await changes.CommitAsync(change, cancellation);
        return new ProfileResult<IReadOnlyList<ImportedLine>>.Done(import.Answers);
    }

    public static Error NotFound() => new("profile_not_found", 404, "The tenant has no profile of this subject.");

    private static Error? FaultOf(string? sub, ProfileSpec spec) =>
        ProfileRules.SubIsWellFormed(sub)
        ?? ProfileRules.ListsAreShort(spec)
        ?? ProfileRules.IsSmallObject(spec.Preferences, "preferences") ?? ProfileRules.IsStorable(spec.Preferences, "preferences")
        ?? ProfileRules.IsSmallObject(spec.Attributes, "attributes") ?? ProfileRules.IsStorable(spec.Attributes, "attributes");

    private Error? RefusalOf(Caller? actor, ProfileTransaction change, Profile? before, Profile after) =>
        ProfileRules.RolesAreTheApplications(catalogue, after.Roles)
        ?? ProfileRules.TenantRolesAreTheTenants(change.Roles, after.TenantRoles)
        ?? ProfileRules.PermissionsAreInTheCatalogue(catalogue, after.Permissions)
        ?? changes.RefusalOf(actor, change, GrantRules.Changed(before is null ? Holding.WithoutProfile(catalogue) : Holding.Of(before), Holding.Of(after), catalogue, change.Roles));

    private Profile Next(string sub, ProfileSpec spec) => new(
        sub, Sorted(spec.Roles), Sorted(spec.TenantRoles), Sorted(spec.Permissions),
        spec.Preferences ?? Empty, spec.Attributes ?? Empty, Guid.NewGuid(), clock.GetUtcNow());

    private static System.Text.Json.JsonElement Empty { get; } = System.Text.Json.JsonElement.Parse("{}");

    private static string[] Sorted(IReadOnlyList<string>? names) => [.. (names ?? []).Distinct().Order(StringComparer.Ordinal)];

    private static void Write(ProfileTransaction change, Profile profile)
    {
        change.Write(
            Upsert, profile.Sub, profile.Roles, profile.TenantRoles, profile.Permissions,
            new JsonText(profile.Preferences.GetRawText()), new JsonText(profile.Attributes.GetRawText()), profile.Version, profile.UpdatedAt);
        change.Profiles[profile.Sub] = profile; // what comes after it in the same import is judged by it
    }
}
