using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Protocol.Dispatch;

/// <summary>OpenIddict's dispatcher over <see cref="HandlerPlans"/>: the same handlers in the same order, ended by the same answers.</summary>
internal sealed class PlannedDispatcher(HandlerPlans plans, IServiceProvider request) : IOpenIddictServerDispatcher
{
    public async ValueTask DispatchAsync<TContext>(TContext context) where TContext : BaseContext
    {
        var (answering, validating) = (context as BaseRequestContext, context as BaseValidatingContext);
        foreach (var step in plans.For<TContext>())
        {
            var active = true;
            foreach (var filter in step.Filters)
            {
                if (!await filter.IsActiveAsync(context))
                {
                    active = false;
                    break;
                }
            }

            if (!active)
            {
                continue;
            }

            var handler = step.Handler ?? (IOpenIddictServerHandler<TContext>)request.GetRequiredService(step.Service);
            await handler.HandleAsync(context);
            if (answering is { IsRequestHandled: true } or { IsRequestSkipped: true } || validating is { IsRejected: true })
            {
                return;
            }
        }
    }
}
