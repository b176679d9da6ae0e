using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tessera.AspNetCore.Work;

/// <summary>Registers work that no request waits for. After <c>AddTessera</c>.</summary>
public static class TenantWorkServices
{
    /// <summary>Adds <see cref="ITenantWorkQueue"/> and the workers behind it.</summary>
    /// <exception cref="OptionsValidationException">A bound is wrong; all that are, are listed.</exception>
    public static IServiceCollection AddTenantWork(this IServiceCollection services, Action<TenantWorkOptions>? configure = null)
    {
        var options = new TenantWorkOptions();
        configure?.Invoke(options);
        Demand(nameof(TenantWorkOptions), options.Faults());
        services.AddSingleton(options);
        services.AddSingleton<FairLanes>();
        services.AddScoped<ITenantWorkQueue, TenantWorkQueue>();
        return services.AddHostedService<TenantWorkers>();
    }

    /// <summary>Adds <see cref="TenantEnvelopes"/>, for work that goes through a broker.</summary>
    /// <exception cref="OptionsValidationException">A key is missing or short; all faults are listed.</exception>
    public static IServiceCollection AddTenantEnvelopes(this IServiceCollection services, Action<TenantEnvelopeOptions> configure)
    {
        var options = new TenantEnvelopeOptions();
        configure(options);
        Demand(nameof(TenantEnvelopeOptions), options.Faults());
        return services.AddSingleton(provider => new TenantEnvelopes(options, provider.GetRequiredService<TimeProvider>()));
    }

    private static void Demand(string name, IEnumerable<string> faults)
    {
        if (faults.ToArray() is { Length: > 0 } all)
        {
            throw new OptionsValidationException(name, typeof(TenantWorkServices), all);
        }
    }
}
