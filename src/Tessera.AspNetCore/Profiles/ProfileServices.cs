using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.AspNetCore.Profiles.Management;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles;

/// <summary>Puts profiles into an application: <c>services.AddTesseraProfiles(…)</c>.</summary>
public static class ProfileServices
{
    /// <summary>
    /// Keeps profiles in the application's database, whose <c>NpgsqlDataSource</c> is registered beside this and whose tables
    /// <see cref="ProfileSchema"/> makes. One of its connections listens for changes.
    /// </summary>
    /// <exception cref="OptionsValidationException">Something of the catalogue is wrong; all of it is listed.</exception>
    public static IServiceCollection AddTesseraProfiles(this IServiceCollection services, Action<ProfilesOptions> configure)
    {
        var options = new ProfilesOptions();
        configure(options);
        if (new ProfilesOptionsValidator().Validate(null, options) is { Failed: true } faults)
        {
            throw new OptionsValidationException(nameof(ProfilesOptions), typeof(ProfilesOptions), faults.Failures);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddTenantScope();
        services.AddSingleton(options);
        services.AddSingleton<PermissionCatalogue>();
        services.AddSingleton<AccessCache>();
        services.AddSingleton<CallerAccesses>();
        services.AddSingleton<ProfileClaims>();
        services.AddHostedService<ChangeListener>();
        services.AddScoped<ProfileChanges>();
        services.AddScoped<ProfileStore>();
        services.AddScoped<RoleStore>();
        services.AddScoped(provider => new TenantProfiles(provider.GetRequiredService<ProfileStore>(), provider.GetRequiredService<RoleStore>()));
        services.AddSingleton<IAuthorizationHandler, PermissionRequirementHandler>();
        services.AddAuthorization(authorization =>
        {
            foreach (var (permission, _) in options.Permissions)
            {
                authorization.AddPolicy(DeclarationPolicies.Of(permission), DeclarationPolicies.Demanding(new PermissionRequirement(permission)));
            }
        });
        return services;
    }

    /// <summary>Makes an ordinary policy of the application's demand a permission.</summary>
    public static AuthorizationPolicyBuilder RequirePermission(this AuthorizationPolicyBuilder policy, string permission) =>
        policy.AddAuthenticationSchemes(Authentication.TesseraDefaults.Scheme).AddRequirements(new PermissionRequirement(permission));
}
