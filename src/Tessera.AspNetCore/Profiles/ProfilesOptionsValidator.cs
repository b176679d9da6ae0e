using Microsoft.Extensions.Options;

namespace Tessera.AspNetCore.Profiles;

/// <summary>Collects every fault of the options.</summary>
internal sealed class ProfilesOptionsValidator : IValidateOptions<ProfilesOptions>
{
    public ValidateOptionsResult Validate(string? name, ProfilesOptions options)
    {
        var faults = Faults(options).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(ProfilesOptions options)
    {
        var permissions = options.Permissions.Select(permission => permission.Name).ToHashSet();
        var roles = options.Roles.Select(role => role.Name).ToHashSet();
        return
        [
            .. permissions.Where(name => !ProfileNames.IsPermission(name)).Select(name => $"The permission '{name}' must be 1 to 64 lower-case letters, digits, '-', '_', '.' and ':', such as orders:write."),
            .. roles.Where(name => !ProfileNames.IsRole(name)).Select(name => $"The role '{name}' must be 1 to 64 lower-case letters, digits, '-', '_' and '.', such as clerk."),
            .. Repeated(options.Permissions.Select(permission => permission.Name)).Select(name => $"The permission '{name}' is in the catalogue twice."),
            .. Repeated(options.Roles.Select(role => role.Name)).Select(name => $"The role '{name}' is defined twice."),
            .. from role in options.Roles
               from permission in role.Permissions
               where !permissions.Contains(permission)
               select $"The role '{role.Name}' has the permission '{permission}', which is not in the catalogue.",
            .. new[] { options.DefaultRole, options.DefaultMachineRole }.Where(role => role is not null && !roles.Contains(role)).Select(role => $"The default role '{role}' is not defined."),
            .. Fault(options.CachedCallers is < 2 or > 10_000_000, "CachedCallers must lie between 2 and 10,000,000."),
            .. Fault(options.CacheLifetime < TimeSpan.Zero || options.CacheLifetime > TimeSpan.FromHours(1), "CacheLifetime must lie between 0 and an hour."),
            .. Fault(options.UnheardLifetime < TimeSpan.Zero || options.UnheardLifetime > TimeSpan.FromSeconds(5), "UnheardLifetime must lie between 0 and 5 seconds."),
        ];
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) => names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key);

    private static string[] Fault(bool present, string fault) => present ? [fault] : [];
}
