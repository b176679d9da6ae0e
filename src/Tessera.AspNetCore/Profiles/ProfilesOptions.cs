namespace Tessera.AspNetCore.Profiles;

/// <summary>
/// What the application's people may do in it: its permissions, and its own roles, the same for every tenant. All of it is
/// code, so that no tenant's data can add to it.
/// </summary>
public sealed class ProfilesOptions
{
    internal List<(string Name, string Description)> Permissions { get; } =
    [
        (ProfilePermissions.Manage, "Manage the profiles and roles of the tenant"),
        (ProfilePermissions.GrantAny, "Give and take permissions one does not hold"),
    ];

    internal List<(string Name, string[] Permissions)> Roles { get; } = [];

    /// <summary>
    /// The role of a person who has no profile in the tenant: everybody who signs in for the first time. <see langword="null"/>
    /// unless set, and such a person may do nothing. A profile without roles keeps somebody out.
    /// </summary>
    public string? DefaultRole { get; set; }

    /// <summary>The same for a machine: an app client that acts in its own name, whose <c>sub</c> is its <c>client_id</c>.</summary>
    public string? DefaultMachineRole { get; set; }

    /// <summary>How many callers' permissions are kept in memory, of all tenants together. 10,000 unless set.</summary>
    public int CachedCallers { get; set; } = 10_000;

    /// <summary>How long permissions are kept at most while this instance hears of changes. 5 minutes unless set, an hour at most.</summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long they are kept at most while it does not. 500 ms unless set, 5 seconds at most; zero reads them on every request.</summary>
    public TimeSpan UnheardLifetime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Adds a permission to the catalogue.</summary>
    /// <param name="name">Lower case, by convention what and how: <c>orders:write</c>. 64 characters at most.</param>
    /// <param name="description">For the people who give it.</param>
    public ProfilesOptions Permission(string name, string description)
    {
        Permissions.Add((name, description));
        return this;
    }

    /// <summary>Adds a role of the application's. No tenant can change it, or name one of its own so.</summary>
    /// <param name="permissions">From the catalogue.</param>
    public ProfilesOptions Role(string name, params string[] permissions)
    {
        Roles.Add((name, permissions));
        return this;
    }
}
