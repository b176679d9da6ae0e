using Tessera.AspNetCore.Profiles.Management;

namespace Tessera.AspNetCore.Profiles;

/// <summary>
/// The profiles of the scope's tenant, for the application's own code: attributes and preferences where they are needed, and
/// the first manager of a tenant. Here nobody is asked what they hold; requests go through the management API.
/// </summary>
public sealed class TenantProfiles
{
    private readonly ProfileStore _profiles;
    private readonly RoleStore _roles;

    internal TenantProfiles(ProfileStore profiles, RoleStore roles) => (_profiles, _roles) = (profiles, roles);

    /// <summary>In one round trip; <see langword="null"/> where the tenant says nothing of the subject.</summary>
    public Task<Profile?> FindAsync(string sub, CancellationToken cancellation = default) => _profiles.FindAsync(sub, cancellation);

    /// <summary>Makes the profile, or replaces it whole. Every instance acts on it within a second.</summary>
    public Task<ProfileResult<Profile>> PutAsync(string sub, ProfileSpec profile, CancellationToken cancellation = default) =>
        _profiles.PutAsync(actor: null, sub, profile, new Expected.Anything(), cancellation);

    /// <summary>Makes a role of the tenant's own, or replaces it.</summary>
    public Task<ProfileResult<TenantRole>> PutRoleAsync(string role, IReadOnlyList<string> permissions, CancellationToken cancellation = default) =>
        _roles.PutAsync(actor: null, role, permissions, new Expected.Anything(), cancellation);
}
