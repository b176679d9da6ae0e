using Tessera.Cell.Joining;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Cell.Control;

/// <summary>The right a request of the control plane came with, and its body, which is part of that right.</summary>
internal sealed record ServiceCall(ServiceToken Token, byte[] Body);

/// <summary>What a control route demands of its service token, beside being for the tenant the route is about.</summary>
internal sealed record Demands(ServicePurpose Purpose);

/// <summary>
/// Lets a request of the control plane in: a token signed by the pinned key, for this cell, this purpose and this very
/// request. The token's tenant is the one the route is about: the tenant in its path, in a shared realm; else the owner of
/// the realm in its path; and none where the route is about a shared realm as a whole, or about no realm.
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
        return await realms.FindAsync(id, http.RequestAborted) is { } realm && !TryEnter(http, realm, call.Token.Tenant)
            ? ProblemResponse.Result(NoRealm)
            : await next(context);
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

    private async Task<ServiceCall?> ReadCallAsync(HttpContext http, Demands demands)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return null;
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
    public static RouteHandlerBuilder Demand(this RouteHandlerBuilder route, ServicePurpose purpose) =>
        route.WithMetadata(new Demands(purpose)).AddEndpointFilterFactory((factory, next) =>
        {
            var door = ActivatorUtilities.CreateInstance<ServiceDoor>(factory.ApplicationServices);
            return context => door.InvokeAsync(context, next);
        });
}
