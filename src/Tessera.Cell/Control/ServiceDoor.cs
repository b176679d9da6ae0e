using Microsoft.AspNetCore.Http.Features;
using Tessera.Cell.Joining;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Control;

/// <summary>The right a request of the control plane came with, and its body, which is part of that right.</summary>
internal sealed record ServiceCall(ServiceToken Token, byte[] Body);

/// <summary>What a control route demands of its service token, beside being for the tenant the route is about.</summary>
/// <param name="LargestBody">Where it is more than other routes have: read only once the token is known to be genuine.</param>
internal sealed record Demands(ServicePurpose Purpose, int? LargestBody = null);

/// <summary>
/// Lets a request of the control plane in: a token signed by the pinned key, for this cell, this purpose and this very
/// request. The token's tenant is the one the route is about: the tenant in its path, in a shared realm; else the owner of
/// the realm in its path; and none where the route is about a shared realm as a whole, or about no realm.
/// </summary>
internal sealed class ServiceDoor(CellMembership membership, RealmLookup realms, CellStore store, TimeProvider time) : IEndpointFilter
{
    /// <summary>The same for a realm that is not here and one that is another tenant's.</summary>
    public static readonly Error NoRealm = new("realm_not_found", StatusCodes.Status404NotFound, "The cell has no such realm of this tenant.");

    private static readonly Error Refused = new("service_token_refused", StatusCodes.Status401Unauthorized, "The request needs a service token of the control plane for this cell, purpose and request.");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var demands = http.GetEndpoint()?.Metadata.GetMetadata<Demands>() ?? throw new InvalidOperationException("A control route does not say what it demands.");
        if (await ReadCallAsync(http, demands) is not { } call)
        {
            return ProblemResponse.Result(Refused);
        }

        http.Features.Set(call);
        var named = http.Request.RouteValues["realm"] as string;
        if (named is null)
        {
            return call.Token.Tenant is null ? await next(context) : ProblemResponse.Result(Refused);
        }

        if (!RealmId.TryParse(named, out var id))
        {
            return ProblemResponse.Result(NoRealm);
        }

        return await (demands.Purpose == ServicePurpose.Move ? EnterForMoveAsync(context, next, id, call) : EnterAsync(context, next, id, call));
    }

    // A move reaches a realm however it stands, and does not wait for itself.
    private async ValueTask<object?> EnterForMoveAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, RealmId id, ServiceCall call) =>
        await realms.LookAsync(id, context.HttpContext.RequestAborted) is not { } realm || TryEnter(context.HttpContext, realm, call.Token.Tenant)
            ? await next(context)
            : await RefuseAsync(realm, call.Token.Tenant, context.HttpContext.RequestAborted);

    private async ValueTask<object?> EnterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, RealmId id, ServiceCall call)
    {
        var http = context.HttpContext;
        // A realm that is not there yet is the route's to make, or nobody's.
        if (await realms.LookAsync(id, http.RequestAborted) is not { } known)
        {
            return await next(context);
        }

        if (!IsReachable(known))
        {
            return ProblemResponse.Result(NoRealm);
        }

        if (!MayEnter(http, known, call.Token.Tenant))
        {
            return await RefuseAsync(known, call.Token.Tenant, http.RequestAborted);
        }

        var entered = await RealmEntry.EnterAsync(http, () => realms.LookAsync(id, http.RequestAborted), published: false);
        try
        {
            return entered.Refusal is { } refusal ? ProblemResponse.Result(refusal)
                : TryEnter(http, entered.Realm!, call.Token.Tenant) ? await next(context)
                : ProblemResponse.Result(NoRealm);
        }
        finally
        {
            entered.Leave();
        }
    }

    // What is on its way here is its move's alone.
    private static bool IsReachable(Realm realm) => realm.Standing != RealmStanding.Arriving;

    private static bool TryEnter(HttpContext http, Realm realm, TenantId? tenant)
    {
        if (!MayEnter(http, realm, tenant))
        {
            return false;
        }

        var scope = http.RequestServices.GetRequiredService<RealmScope>();
        scope.Set(realm);
        if (http.Request.RouteValues["tenant"] is string)
        {
            scope.Choose(tenant!.Value);
        }

        return true;
    }

    private static bool MayEnter(HttpContext http, Realm realm, TenantId? tenant) => http.Request.RouteValues["tenant"] is string about
        ? realm.IsShared && tenant is { } its && TenantId.TryParse(about, out var id) && id == its
        : realm.Owner == tenant;

    private async Task<IResult> RefuseAsync(Realm realm, TenantId? named, CancellationToken cancellation)
    {
        await RecordRefusalAsync(realm, named, cancellation);
        return ProblemResponse.Result(NoRealm);
    }

    // Signed by the control plane and yet about another tenant's realm: either a fault of it, or its key is in other hands.
    private async Task RecordRefusalAsync(Realm realm, TenantId? named, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.InRealm(realm.Id, realm.Epoch));
        db.Audit.Add(new AuditRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            TenantId = realm.Owner?.Value,
            At = time.GetUtcNow(),
            Event = "service_token.refused",
            Detail = named is { } tenant ? $"for tenant {tenant}" : "for no tenant",
        });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (WriteFencedException)
        {
            // Suspended or being moved: nothing of it is written, and nobody came in.
        }
    }

    private async Task<ServiceCall?> ReadCallAsync(HttpContext http, Demands demands)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return null;
        }

        if (demands.LargestBody is { } largest)
        {
            if (ServiceToken.VerifyBeforeBody(
                authorization["Bearer ".Length..], membership.ControlKey, membership.CellId, demands.Purpose, time.GetUtcNow()) is null)
            {
                return null;
            }

            http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = largest;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var bytes = body.ToArray();
        var token = ServiceToken.Verify(
            authorization["Bearer ".Length..], membership.ControlKey, membership.CellId, demands.Purpose,
            http.Request.Method, http.Request.Path + http.Request.QueryString, bytes, time.GetUtcNow());
        return token is null ? null : new ServiceCall(token, bytes);
    }
}

internal static class ServiceRoutes
{
    /// <summary>The call this request was let in as.</summary>
    public static ServiceCall ServiceCall(this HttpContext http) =>
        http.Features.Get<ServiceCall>() ?? throw new InvalidOperationException("The request did not come through the service door.");

    /// <summary>Says what service token a control route takes.</summary>
    public static RouteHandlerBuilder Demand(this RouteHandlerBuilder route, ServicePurpose purpose, int? largestBody = null) =>
        route.WithMetadata(new Demands(purpose, largestBody)).AddEndpointFilterFactory((factory, next) =>
        {
            var door = ActivatorUtilities.CreateInstance<ServiceDoor>(factory.ApplicationServices);
            return context => door.InvokeAsync(context, next);
        });
}
