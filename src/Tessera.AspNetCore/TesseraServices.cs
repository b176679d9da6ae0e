using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Streams;
using Tessera.AspNetCore.Tenancy;
using Tessera.AspNetCore.Tokens;
using Tessera.AspNetCore.Work;
using Tessera.Feed;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore;

/// <summary>Puts Tessera into an application: <c>services.AddTessera(…)</c>, then <c>app.UseTessera()</c>.</summary>
public static class TesseraServices
{
    /// <summary>Makes Tessera the application's authentication. <paramref name="section"/> is usually <c>Tessera</c>.</summary>
    /// <exception cref="OptionsValidationException">Something is missing or wrong; all of it is listed.</exception>
    public static IServiceCollection AddTessera(this IServiceCollection services, IConfiguration section) =>
        services.AddTessera(options =>
        {
            section.Bind(options);
            options.DemandWritten();
        });

    /// <inheritdoc cref="AddTessera(IServiceCollection, IConfiguration)"/>
    public static IServiceCollection AddTessera(this IServiceCollection services, Action<TesseraOptions> configure)
    {
        services.AddAuthentication(TesseraDefaults.Scheme).AddTessera(configure);
        return services;
    }

    /// <summary>Adds Tessera as one scheme among others.</summary>
    /// <exception cref="OptionsValidationException">Something is missing or wrong; all of it is listed.</exception>
    public static AuthenticationBuilder AddTessera(this AuthenticationBuilder builder, Action<TesseraOptions> configure)
    {
        var options = new TesseraOptions();
        configure(options);
        if (new TesseraOptionsValidator().Validate(null, options) is { Failed: true } faults)
        {
            throw new OptionsValidationException(nameof(TesseraOptions), typeof(TesseraOptions), faults.Failures);
        }

        builder.Services.FollowDirectory(options);
        return builder.AddTesseraScheme(options);
    }

    /// <summary>
    /// Sets the scope's tenant from the caller's token where the endpoint demands one, and refuses requests that name another.
    /// Comes after routing and authentication, before authorization. An endpoint that has not declared where its tenant comes
    /// from keeps the application from starting (<see cref="UndeclaredEndpointsException"/>).
    /// </summary>
    public static IApplicationBuilder UseTessera(this IApplicationBuilder app)
    {
        app.ApplicationServices.GetRequiredService<EndpointDeclarations>().AreEnforced = true;
        return app.UseMiddleware<TenantMiddleware>();
    }

    /// <summary>All but the directory, whose map the caller registers.</summary>
    internal static AuthenticationBuilder AddTesseraScheme(this AuthenticationBuilder builder, TesseraOptions options)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddTokenVerifier(options);
        builder.Services.TryAddSingleton<LiveTokens>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LiveTokens>());
        builder.Services.TryAddSingleton(provider => new TenantScopes(provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<DirectoryMap>()));
        builder.Services.AddSingleton<TenantMentions>();
        builder.Services.AddTenantScope();
        builder.Services.AddDeclarations();
        return builder.AddScheme<AuthenticationSchemeOptions, TesseraHandler>(TesseraDefaults.Scheme, null);
    }
}
