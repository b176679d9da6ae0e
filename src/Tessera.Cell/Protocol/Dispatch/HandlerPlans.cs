using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Protocol.Dispatch;

/// <summary>
/// For each event of OpenIddict, its handlers in order, with the filters and those handlers of which the process has one
/// already resolved: OpenIddict's own dispatcher looks through all handlers of all events each time.
/// </summary>
internal sealed class HandlerPlans(IServiceProvider services, IOptionsMonitor<OpenIddictServerOptions> options)
{
    private readonly ConcurrentDictionary<Type, object> _plans = new();

    public HandlerStep<TContext>[] For<TContext>() where TContext : BaseContext =>
        (HandlerStep<TContext>[])_plans.GetOrAdd(typeof(TContext), static (_, plans) => plans.Plan<TContext>(), this);

    // The options have their handlers sorted once they are configured.
    private HandlerStep<TContext>[] Plan<TContext>() where TContext : BaseContext =>
        [.. options.CurrentValue.Handlers.Where(handler => handler.ContextType == typeof(TContext)).Select(Step<TContext>)];

    private HandlerStep<TContext> Step<TContext>(OpenIddictServerHandlerDescriptor handler) where TContext : BaseContext => new(
        handler.ServiceDescriptor.ServiceType,
        handler.ServiceDescriptor.ImplementationInstance as IOpenIddictServerHandler<TContext>
            ?? (handler.ServiceDescriptor.Lifetime == ServiceLifetime.Singleton ? (IOpenIddictServerHandler<TContext>)services.GetRequiredService(handler.ServiceDescriptor.ServiceType) : null),
        [.. handler.FilterTypes.Select(filter => (IOpenIddictServerHandlerFilter<TContext>)services.GetRequiredService(filter))]);
}

/// <summary>One handler of an event.</summary>
/// <param name="Handler">Itself, unless each request has its own.</param>
internal sealed record HandlerStep<TContext>(Type Service, IOpenIddictServerHandler<TContext>? Handler, IOpenIddictServerHandlerFilter<TContext>[] Filters) where TContext : BaseContext;
