using Tessera.Cell.Limits;
using Tessera.Cell.Memberships;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Control;

/// <summary><c>/cell/realms/{realm}/tenants/{tenant}</c>: the tenants of a shared realm, the clients they let in, and the promotion of one.</summary>
internal static class SharedTenantRoutes
{
    private static readonly Error NoClient = new("client_not_found", StatusCodes.Status404NotFound, "The tenant's realm has no such client.");

    public static void MapSharedTenants(this IEndpointRouteBuilder routes)
    {
        const string tenant = "/cell/realms/{realm}/tenants/{tenant}";
        routes.MapPut(tenant, PutAsync).At(Door.Control).Demand(ServicePurpose.Provision);
        routes.MapDelete(tenant, DeleteAsync).At(Door.Control).Demand(ServicePurpose.Provision);
        routes.MapPut(tenant + "/client-grants/{client}", LetInAsync).At(Door.Control).Demand(ServicePurpose.Provision);
        routes.MapDelete(tenant + "/client-grants/{client}", KeepOutAsync).At(Door.Control).Demand(ServicePurpose.Provision);
        routes.MapPost("/cell/realms/{realm}/fork", ForkAsync).At(Door.Control).Demand(ServicePurpose.Promote);
    }

    private static async Task<IResult> PutAsync(HttpContext http, RealmScope scope)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.SharedTenantSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        if (scope.Find() is null || spec.TenantId != scope.Tenant)
        {
            return ProblemResponse.Result(ServiceDoor.NoRealm);
        }

        return await Tenants(http).PutAsync(spec, http.RequestAborted) is { } error ? ProblemResponse.Result(error) : Results.NoContent();
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, RealmScope scope, CellStore store)
    {
        if (scope.Find() is not null)
        {
            await Tenants(http).RemoveAsync(scope.Tenant, store, http.RequestAborted);
        }

        return Results.NoContent();
    }

    private static async Task<IResult> LetInAsync(string client, HttpContext http, RealmScope scope)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.ClientGrantSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        return scope.Find() is not null && ClientId.TryParse(client, out var id) && await Tenants(http).LetInAsync(scope.Tenant, id, spec, http.RequestAborted)
            ? Results.NoContent()
            : ProblemResponse.Result(NoClient);
    }

    private static async Task<IResult> KeepOutAsync(string client, HttpContext http, RealmScope scope)
    {
        if (scope.Find() is not null && ClientId.TryParse(client, out var id))
        {
            await Tenants(http).KeepOutAsync(scope.Tenant, id, http.RequestAborted);
        }

        return Results.NoContent();
    }

    private static async Task<IResult> ForkAsync(HttpContext http, RealmScope scope, RealmLookup realms)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.ForkSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        // The source is a shared realm; whose members are read there is decided by the tenant that owns the target.
        return scope.Find() is { IsShared: false } && await realms.FindAsync(spec.From, http.RequestAborted) is { IsShared: true } from
            ? Results.Json(await http.RequestServices.GetRequiredService<Fork>().RunAsync(from, http.RequestAborted), WireJson.Default.Forked)
            : ProblemResponse.Result(ServiceDoor.NoRealm);
    }

    // Taken from the scope only once the door has set the realm.
    private static SharedTenantBook Tenants(HttpContext http) => http.RequestServices.GetRequiredService<SharedTenantBook>();
}
