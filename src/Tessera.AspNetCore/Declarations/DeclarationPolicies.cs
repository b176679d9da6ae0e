using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tessera.AspNetCore.Authentication;

namespace Tessera.AspNetCore.Declarations;

/// <summary>The ordinary authorization policies behind the declarations.</summary>
internal static class DeclarationPolicies
{
    public const string Tenant = "tessera:tenant";

    public static string Of(string permission) => $"tessera:permission:{permission}";

    public static AuthorizationPolicy Demanding(params IAuthorizationRequirement[] requirements) =>
        new(requirements, [TesseraDefaults.Scheme]);

    public static void AddDeclarations(this IServiceCollection services)
    {
        services.TryAddSingleton<EndpointDeclarations>();
        services.TryAddEnumerable(ServiceDescriptor.Transient<Microsoft.AspNetCore.Hosting.IStartupFilter, DeclarationCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, TenantRequirementHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, DeclaredRequirementHandler>());
        services.AddAuthorization(options => options.AddPolicy(Tenant, Demanding(new TenantRequirement())));

        // After the application's own configuration: a fallback of its own keeps holding beside this one.
        services.PostConfigure<AuthorizationOptions>(options =>
        {
            var declared = new AuthorizationPolicy([new DeclaredRequirement()], []);
            options.FallbackPolicy = options.FallbackPolicy is { } own ? AuthorizationPolicy.Combine(own, declared) : declared;
        });
    }
}
