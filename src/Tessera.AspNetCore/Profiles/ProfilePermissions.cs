namespace Tessera.AspNetCore.Profiles;

/// <summary>The permissions every catalogue has.</summary>
public static class ProfilePermissions
{
    /// <summary>To read and change the tenant's profiles and roles, within what one holds oneself.</summary>
    public const string Manage = "profiles:manage";

    /// <summary>To give and take permissions one does not hold oneself, this one included.</summary>
    public const string GrantAny = "profiles:grant-any";
}
