using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Protocol.Dispatch;

/// <summary>OpenIddict's dispatcher over <see cref="HandlerPlans"/>: the same handlers in the same order, ended by the same answers.</summary>
internal sealed class PlannedDispatcher(HandlerPlans plans, IServiceProvider request) : IOpenIddictServerDispatcher
{
    public async ValueTask DispatchAsync<TContext>(TContext context) where TContext : BaseContext
    {
        foreach (var step in plans.For<TContext>())
        {
            if (!await IsActiveAsync(step, context))
            {
                continue;
            }

            var handler = step.Handler ?? (IOpenIddictServerHandler<TContext>)request.GetRequiredService(step.Service);
            await handler.HandleAsync(context);
            if (context is BaseRequestContext { IsRequestHandled: true } or BaseRequestContext { IsRequestSkipped: true } or BaseValidatingContext { IsRejected: true })
            {
                return;
            }
        }
    }

    private static async ValueTask<bool> IsActiveAsync<TContext>(HandlerStep<TContext> step, TContext context) where TContext : BaseContext
    {
        foreach (var filter in step.Filters)
        {
            if (!await filter.IsActiveAsync(context))
            {
                return false;
            }
        }

        return true;
    }
}
