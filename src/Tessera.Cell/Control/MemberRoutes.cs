using Tessera.Cell.Limits;
using Tessera.Cell.Memberships;
using Tessera.Cell.Realms;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Control;

/// <summary><c>/cell/realms/{realm}/tenants/{tenant}/members</c>: one tenant's people in a shared realm.</summary>
internal static class MemberRoutes
{
    public static void MapMembers(this IEndpointRouteBuilder routes)
    {
        const string members = "/cell/realms/{realm}/tenants/{tenant}/members";
        routes.MapPost(members, CreateAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapGet(members, ListAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapGet(members + "/{sub:guid}", ShowAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapPatch(members + "/{sub:guid}", ChangeAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapDelete(members + "/{sub:guid}", RemoveAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, RealmScope scope) =>
        !ControlBody.TryRead(http, WireJson.Default.MemberSpec, out var spec, out var refusal) ? refusal
        : scope.Find() is null ? ProblemResponse.Result(ServiceDoor.NoRealm)
        : AccountRoutes.Answer(await Book(http).CreateAsync(spec, http.RequestAborted), StatusCodes.Status201Created);

    private static async Task<IResult> ListAsync(Guid? after, int? limit, HttpContext http, RealmScope scope) => scope.Find() is null
        ? ProblemResponse.Result(ServiceDoor.NoRealm)
        : Results.Json(await Book(http).ListAsync(after, AccountRoutes.PageSize(limit), http.RequestAborted), WireJson.Default.AccountPage);

    private static async Task<IResult> ShowAsync(Guid sub, HttpContext http, RealmScope scope) =>
        scope.Find() is not null && await Book(http).FindAsync(sub, http.RequestAborted) is { } member
            ? Results.Json(member, WireJson.Default.AccountRecord)
            : ProblemResponse.Result(AccountRoutes.NoAccount);

    private static async Task<IResult> ChangeAsync(Guid sub, HttpContext http, RealmScope scope) =>
        !ControlBody.TryRead(http, WireJson.Default.AccountChange, out var change, out var refusal) ? refusal
        : scope.Find() is null ? ProblemResponse.Result(ServiceDoor.NoRealm)
        : AccountRoutes.Answer(await Book(http).ChangeAsync(sub, change, http.RequestAborted));

    private static async Task<IResult> RemoveAsync(Guid sub, HttpContext http, RealmScope scope) =>
        scope.Find() is not null && await Book(http).RemoveAsync(sub, http.RequestAborted) is { } gone
            ? Results.Json(gone, WireJson.Default.AccountGone)
            : ProblemResponse.Result(AccountRoutes.NoAccount);

    // Taken from the scope only once the door has set the realm and the tenant; from here on its members are in reach.
    private static MemberBook Book(HttpContext http) => http.RequestServices.GetRequiredService<MemberBook>();
}
