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

        // A realm that is not there yet is the route's to make, or nobody's.
        if (await realms.FindAsync(id, http.RequestAborted) is not { } realm || TryEnter(http, realm, call.Token.Tenant))
        {
            return await next(context);
        }

        await RecordRefusalAsync(realm, call.Token.Tenant, http.RequestAborted);
        return ProblemResponse.Result(NoRealm);
    }

    private static bool TryEnter(HttpContext http, Realm realm, TenantId? tenant)
    {
        var scope = http.RequestServices.GetRequiredService<RealmScope>();
        if (http.Request.RouteValues["tenant"] is not string about)
        {
            if (realm.Owner != tenant)
            {
                return false;
            }

            scope.Set(realm);
            return true;
        }

        if (!realm.IsShared || tenant is not { } its || !TenantId.TryParse(about, out var id) || id != its)
        {
            return false;
        }

        scope.Set(realm);
        scope.Choose(its);
        return true;
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
