using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Feed;
using Tessera.Router.Health;
using Tessera.Router.Limits;
using Tessera.Router.Map;
using Tessera.Router.Moves;

namespace Tessera.Router.Proxying;

/// <summary>Passes a request on to its cell. A cell that is down is told to its own tenants and to nobody else.</summary>
internal sealed class CellProxy(RouteMap map, AuthHost authHost, Rates rates, MovedTenants moved, CellWatch watch, CellCall call)
{
    private const string RetryAfterSeconds = "5";

    public async Task PassOnAsync(HttpContext context)
    {
        switch (Destination.Of(context.Request, authHost, map))
        {
            case Destination.Refused(var error):
                await RefuseAsync(context, error);
                break;
            case Destination.Found when IsTunnel(context):
                await RefuseAsync(context, Refusals.MethodNotAllowed); // the forwarder would throw, and log it, each time
                break;
            case Destination.Found when IsTooLarge(context):
                await RefuseAsync(context, Refusals.BodyTooLarge);
                break;
            case Destination.Found found when rates.Refuse(context, found.Owner) is { } error:
                await RefuseAsync(context, error);
                break;
            case Destination.Found found:
                await PassOnAsync(context, found);
                break;
        }
    }

    private async Task PassOnAsync(HttpContext context, Destination.Found found)
    {
        KeptBody? body;
        try
        {
            body = await KeptBody.TakeAsync(context);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await RefuseAsync(context, Failure.OfBody(e));
            return;
        }

        var known = found.Epoch is { } epoch ? moved.Find(found.Owner, epoch) : null;
        var cell = known is not null && Destination.Moved(context.Request, known.Cell, map) is { } gone ? gone : found.Cell;
        var told = await AtCellAsync(context, found.Owner, cell, body);
        if (told is not null)
        {
            await FollowAsync(context, found, (known?.Epoch ?? found.Epoch, told), body);
        }
        else if (known is not null && context.Response.StatusCode == StatusCodes.Status421MisdirectedRequest)
        {
            moved.Forget(found.Owner);
        }
    }

    // Once: who is sent on a second time is told to come again, by when more is known.
    private async Task FollowAsync(HttpContext context, Destination.Found found, (long? From, MovedTo To) told, KeptBody? body)
    {
        if (told.From is not { } from || !told.To.IsAfter(from) || Destination.Moved(context.Request, told.To.Cell, map) is not { } cell)
        {
            moved.Forget(found.Owner);
            await RefuseAsync(context, Refusals.TenantMoved);
            return;
        }

        moved.Remember(found.Owner, found.Epoch!.Value, told.To);
        if (body?.CanRepeat == false)
        {
            await RefuseAsync(context, Refusals.TenantMoved);
            return;
        }

        body?.Repeat();
        if (await AtCellAsync(context, found.Owner, cell, body) is { } again)
        {
            if (again.IsAfter(told.To.Epoch))
            {
                moved.Remember(found.Owner, found.Epoch.Value, again);
            }
            else
            {
                moved.Forget(found.Owner);
            }

            await RefuseAsync(context, Refusals.TenantMoved);
        }
    }

    /// <summary>Has the cell answer, or says why it does not; unless it says that the tenant has gone, and where to.</summary>
    private async Task<MovedTo?> AtCellAsync(HttpContext context, Guid owner, CellEntry cell, KeptBody? body)
    {
        var watched = watch.Of(cell.CellId);
        watched.Use(Environment.TickCount64);
        if (!watched.Health.Admits(out var wait))
        {
            context.Response.Headers.RetryAfter = Rates.Seconds(wait);
            await RefuseAsync(context, Refusals.CellUnavailable);
            return null;
        }

        var room = Sockets.IsSocket(context) ? watched.Sockets : watched.Requests;
        if (!await room.EnterAsync(owner, context.RequestAborted))
        {
            await RefuseAsync(context, Refusals.TenantBusy);
            return null;
        }

        try
        {
            var (outcome, exception) = await call.SendAsync(context, cell, watched, body);
            if (TakeHint(context) is { } hint)
            {
                return hint;
            }

            var error = Failure.Of(outcome, exception);
            if (error is not null && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            {
                await RefuseAsync(context, error);
            }

            return null;
        }
        finally
        {
            room.Leave(owner);
        }
    }

    private static MovedTo? TakeHint(HttpContext context)
    {
        var hint = context.Features.Get<MovedTo>();
        if (hint is not null)
        {
            context.Features.Set<MovedTo>(null);
        }

        return hint;
    }

    private static bool IsTunnel(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method) && !Sockets.IsExtendedConnect(context);

    private static bool IsTooLarge(HttpContext context) =>
        context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;

    private static Task RefuseAsync(HttpContext context, Error error)
    {
        if (error.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests && context.Response.Headers.RetryAfter.Count == 0)
        {
            context.Response.Headers.RetryAfter = error == Refusals.CellUnavailable ? RetryAfterSeconds : "1";
        }

        return context.AnswerAsync(error);
    }
}
