using System.Collections.Frozen;

namespace Tessera.AspNetCore.Profiles;

/// <summary>The application's permissions and its own roles, as its code says.</summary>
internal sealed class PermissionCatalogue(ProfilesOptions options)
{
    private readonly FrozenDictionary<string, string[]> _roles = options.Roles.ToFrozenDictionary(role => role.Name, role => role.Permissions);
    private readonly FrozenSet<string> _permissions = options.Permissions.Select(permission => permission.Name).ToFrozenSet();

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<(string Name, string Description)> Permissions { get; } = [.. options.Permissions];

    public IReadOnlyList<(string Name, string[] Permissions)> Roles { get; } = [.. options.Roles];

    public bool Has(string permission) => _permissions.Contains(permission);

    public bool HasRole(string role) => _roles.ContainsKey(role);

    /// <summary>What a role gives. One that the code no longer has gives nothing.</summary>
    public IReadOnlyList<string> PermissionsOf(string role) => _roles.TryGetValue(role, out var permissions) ? permissions : [];

    /// <summary>The roles of a subject that has no profile.</summary>
    public string[] DefaultRoles(bool isMachine) => (isMachine ? options.DefaultMachineRole : options.DefaultRole) is { } role ? [role] : [];
}
