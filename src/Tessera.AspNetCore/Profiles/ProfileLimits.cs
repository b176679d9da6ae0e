namespace Tessera.AspNetCore.Profiles;

/// <summary>How much a tenant may keep. What goes beyond is refused before anything is done.</summary>
internal static class ProfileLimits
{
    /// <summary>Roles of the application, roles of the tenant, and permissions, in one profile; each.</summary>
    public const int NamesPerProfile = 64;

    public const int PermissionsPerRole = 256;

    public const int RolesPerTenant = 256;

    /// <summary>Of preferences, and of attributes, as JSON in UTF-8.</summary>
    public const int ObjectBytes = 8 * 1024;

    public const int BodyBytes = 64 * 1024;

    public const int ImportBytes = 4 * 1024 * 1024;

    public const int ImportLines = 1000;

    public const int PageSize = 500;
}
