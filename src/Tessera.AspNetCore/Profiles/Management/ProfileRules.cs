using System.Text.Json;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>What a profile or a role must be like. Each rule returns the fault, or null.</summary>
internal static class ProfileRules
{
    public static Error? SubIsWellFormed(string? sub) => ProfileNames.IsSub(sub)
        ? null
        : new Error("sub_malformed", 400, "A subject has 1 to 128 of the characters A-Z a-z 0-9 _ . : @ | ~ - and begins with a letter or digit.", "sub");

    public static Error? RoleIsWellFormed(string role) => ProfileNames.IsRole(role)
        ? null
        : new Error("role_malformed", 400, "A role has 1 to 64 of the characters a-z 0-9 _ . - and begins with a letter or digit.", "role");

    public static Error? RoleIsNotTheApplications(PermissionCatalogue catalogue, string role) => catalogue.HasRole(role)
        ? new Error("role_reserved", 409, "The application has a role of this name. Choose another one.", "role")
        : null;

    public static Error? ListsAreShort(ProfileSpec spec) => new[] { spec.Roles, spec.TenantRoles, spec.Permissions }.Any(list => list?.Count > ProfileLimits.NamesPerProfile)
        ? new Error("too_many_values", 400, $"A profile has at most {ProfileLimits.NamesPerProfile} roles, tenant roles and permissions each.")
        : null;

    public static Error? PermissionsAreFew(IReadOnlyList<string> permissions) => permissions.Count > ProfileLimits.PermissionsPerRole
        ? new Error("too_many_values", 400, $"A role has at most {ProfileLimits.PermissionsPerRole} permissions.", "permissions")
        : null;

    public static Error? TenantHasRoomForRole(int roles) => roles >= ProfileLimits.RolesPerTenant
        ? new Error("too_many_roles", 409, $"A tenant has at most {ProfileLimits.RolesPerTenant} roles of its own.")
        : null;

    public static Error? PermissionsAreInTheCatalogue(PermissionCatalogue catalogue, IReadOnlyList<string?>? permissions) =>
        permissions?.Any(permission => permission is null || !catalogue.Has(permission)) == true
            ? new Error("permission_unknown", 400, "A permission is not in the application's catalogue.", "permissions")
            : null;

    public static Error? RolesAreTheApplications(PermissionCatalogue catalogue, IReadOnlyList<string?>? roles) =>
        roles?.Any(role => role is null || !catalogue.HasRole(role)) == true
            ? new Error("role_unknown", 400, "The application has no such role. One of the tenant's own goes into tenant_roles.", "roles")
            : null;

    public static Error? TenantRolesAreTheTenants(IReadOnlyDictionary<string, TenantRole> known, IReadOnlyList<string?>? roles) =>
        roles?.Any(role => role is null || !known.ContainsKey(role)) == true
            ? new Error("role_unknown", 400, "The tenant has no such role.", "tenant_roles")
            : null;

    public static Error? IsSmallObject(JsonElement? value, string field) =>
        value is null ? null
        : value.Value.ValueKind != JsonValueKind.Object ? new Error("object_required", 400, "This is a JSON object.", field)
        : System.Text.Encoding.UTF8.GetByteCount(value.Value.GetRawText()) > ProfileLimits.ObjectBytes
            ? new Error("object_too_large", 400, $"This has at most {ProfileLimits.ObjectBytes} bytes of JSON.", field)
        : null;

    /// <summary>PostgreSQL keeps no NUL and no half of a surrogate pair.</summary>
    public static Error? IsStorable(JsonElement? value, string field) => value is { } given && !CanBeStored(given)
        ? new Error("text_malformed", 400, "A text, or the name of a member, has a NUL or is no well-formed Unicode.", field)
        : null;

    private static bool CanBeStored(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Object => value.EnumerateObject().All(member => CanBeStored(member.Name) && CanBeStored(member.Value)),
                JsonValueKind.Array => value.EnumerateArray().All(CanBeStored),
                JsonValueKind.String => CanBeStored(value.GetString()!),
                JsonValueKind.Number => CanBeStored(value.GetRawText(), value.GetDouble()),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair
        }
    }

    // Neither beyond what a double holds nor so small that it is one's zero and yet none.
    private static bool CanBeStored(string digits, double number) =>
        digits.Length <= 64 && double.IsFinite(number) && (number != 0 || !digits.Split('e', 'E')[0].AsSpan().ContainsAnyInRange('1', '9'));

    private static bool CanBeStored(string text) => !text.Contains('\0', StringComparison.Ordinal);
}
