using Microsoft.AspNetCore.Http.Features;
using Tessera.Cell.Joining;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Cell.Control;

/// <summary>The right a request of the control plane came with, and its body, which is part of that right.</summary>
internal sealed record ServiceCall(ServiceToken Token, byte[] Body);

/// <summary>What a control route demands of its service token.</summary>
/// <param name="Tenant">Whether it must name one tenant; if not, it must name none.</param>
/// <param name="LargestBody">Where it is more than other routes have: read only once the token is known to be genuine.</param>
internal sealed record Demands(ServicePurpose Purpose, bool Tenant, int? LargestBody = null);

/// <summary>
/// Lets a request of the control plane in: a token signed by the pinned key, for this cell, this purpose and this very
/// request; and where the route has a realm, one that belongs to the token's tenant.
/// </summary>
internal sealed class ServiceDoor(CellMembership membership, RealmLookup realms, TimeProvider time) : IEndpointFilter
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
        if (http.Request.RouteValues["realm"] is not string text)
        {
            return await next(context);
        }

        if (!RealmId.TryParse(text, out var id))
        {
            return ProblemResponse.Result(NoRealm);
        }

        var realm = await realms.FindAsync(id, http.RequestAborted);
        if (realm is not null && realm.Tenant != call.Token.Tenant)
        {
            return ProblemResponse.Result(NoRealm);
        }

        if (realm is not null)
        {
            http.RequestServices.GetRequiredService<RealmScope>().Set(realm);
        }

        return await next(context);
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
        return token is not null && token.Tenant is not null == demands.Tenant ? new ServiceCall(token, bytes) : null;
    }
}

internal static class ServiceRoutes
{
    /// <summary>The call this request was let in as.</summary>
    public static ServiceCall ServiceCall(this HttpContext http) =>
        http.Features.Get<ServiceCall>() ?? throw new InvalidOperationException("The request did not come through the service door.");

    /// <summary>Says what service token a control route takes.</summary>
    public static RouteHandlerBuilder Demand(this RouteHandlerBuilder route, ServicePurpose purpose, bool tenant, int? largestBody = null) =>
        route.WithMetadata(new Demands(purpose, tenant, largestBody)).AddEndpointFilterFactory((factory, next) =>
        {
            var door = ActivatorUtilities.CreateInstance<ServiceDoor>(factory.ApplicationServices);
            return context => door.InvokeAsync(context, next);
        });
}
