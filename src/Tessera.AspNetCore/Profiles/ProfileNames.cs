using System.Text.RegularExpressions;

namespace Tessera.AspNetCore.Profiles;

/// <summary>The forms of names. Lower case and ASCII, so that no two of them look alike.</summary>
internal static partial class ProfileNames
{
    public static bool IsPermission(string? name) => name is not null && PermissionForm().IsMatch(name);

    public static bool IsRole(string? name) => name is not null && RoleForm().IsMatch(name);

    /// <summary>A subject as it stands in a token: printable ASCII without what paths and pages need for themselves.</summary>
    public static bool IsSub(string? sub) => sub is not null && SubForm().IsMatch(sub);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_.:-]{0,63}\z")]
    private static partial Regex PermissionForm();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_.-]{0,63}\z")]
    private static partial Regex RoleForm();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.:@|~-]{0,127}\z")]
    private static partial Regex SubForm();
}
