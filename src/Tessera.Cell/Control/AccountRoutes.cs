using Tessera.Cell.Accounts;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Control;

/// <summary>
/// <c>/cell/realms/{realm}/accounts</c>: the accounts of one tenant's realm, as its operators make and change them; and with
/// a token of no tenant those of a shared realm, which are the platform's to change.
/// </summary>
internal static class AccountRoutes
{
    private const int MaxPage = 200;
    public static readonly Error NoAccount = new("user_not_found", StatusCodes.Status404NotFound, "The tenant has no such user.");

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        const string accounts = "/cell/realms/{realm}/accounts";
        routes.MapPost(accounts, CreateAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapGet(accounts, ListAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapGet(accounts + "/{sub:guid}", ShowAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapPatch(accounts + "/{sub:guid}", ChangeAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
        routes.MapDelete(accounts + "/{sub:guid}", DeleteAsync).At(Door.Control).Demand(ServicePurpose.Accounts);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, RealmScope scope)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.AccountSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        if (scope.Find() is null)
        {
            return ProblemResponse.Result(ServiceDoor.NoRealm);
        }

        return Answer(await Book(http).CreateAsync(spec, http.RequestAborted), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(Guid? after, int? limit, HttpContext http, RealmScope scope) => scope.Find() is null
        ? ProblemResponse.Result(ServiceDoor.NoRealm)
        : Results.Json(await Book(http).ListAsync(after, PageSize(limit), http.RequestAborted), WireJson.Default.AccountPage);

    private static async Task<IResult> ShowAsync(Guid sub, HttpContext http, RealmScope scope) =>
        scope.Find() is not null && await Book(http).FindAsync(sub, http.RequestAborted) is { } account
            ? Results.Json(account, WireJson.Default.AccountRecord)
            : ProblemResponse.Result(NoAccount);

    private static async Task<IResult> ChangeAsync(Guid sub, HttpContext http, RealmScope scope)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.AccountChange, out var change, out var refusal))
        {
            return refusal;
        }

        if (scope.Find() is null)
        {
            return ProblemResponse.Result(ServiceDoor.NoRealm);
        }

        return Answer(await Book(http).ChangeAsync(sub, change, http.RequestAborted));
    }

    private static async Task<IResult> DeleteAsync(Guid sub, HttpContext http, RealmScope scope) =>
        scope.Find() is not null && await Book(http).DeleteAsync(sub, http.RequestAborted) is { } gone
            ? Results.Json(gone, WireJson.Default.AccountGone)
            : ProblemResponse.Result(NoAccount);

    /// <summary>What became of making or changing an account, over HTTP.</summary>
    public static IResult Answer(AccountResult result, int status = StatusCodes.Status200OK) => result switch
    {
        AccountResult.Done { Account: var account } => Results.Json(account, WireJson.Default.AccountRecord, statusCode: status),
        AccountResult.Refused { Error: var error } => ProblemResponse.Result(error),
        _ => ProblemResponse.Result(NoAccount),
    };

    public static int PageSize(int? limit) => Math.Clamp(limit ?? 50, 1, MaxPage);

    // Taken from the scope only once the door has set the realm.
    private static AccountBook Book(HttpContext http) => http.RequestServices.GetRequiredService<AccountBook>();
}
