using System.Text.Json.Serialization.Metadata;
using Tessera.Cell.Control;
using Tessera.Cell.Limits;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Moves;

/// <summary><c>/cell/realms/{realm}/moves/{move}</c>: the steps of a move at its source and at its target.</summary>
internal static class MoveRoutes
{
    private const int LargestDigest = 256 * 1024;

    public static void MapMoves(this IEndpointRouteBuilder routes)
    {
        const string move = "/cell/realms/{realm}/moves/{move}";
        routes.MapGet(move, StandAsync).OfMove();
        routes.MapPut(move + "/arrival", PrepareAsync).OfMove();
        routes.MapDelete(move + "/arrival", (HttpContext http, Arrivals arrivals) => StepAsync(http, arrivals.EraseAsync)).OfMove();
        routes.MapPost(move + "/arrival/rows", TakeAsync).OfMove(SealedRows.LargestPage);
        routes.MapPost(move + "/arrival/digest", (HttpContext http, Arrivals arrivals) => StepAsync(http, arrivals.DigestAsync)).OfMove();
        routes.MapPost(move + "/arrival/activate", (HttpContext http, Activation activation) => StepAsync(http, WireJson.Default.ActivateSpec, activation.RunAsync)).OfMove(LargestDigest);
        routes.MapPut(move + "/departure", (HttpContext http, Departures departures) => StepAsync(http, WireJson.Default.DepartureSpec, departures.BeginAsync)).OfMove();
        routes.MapPost(move + "/departure/rows", (HttpContext http, Departures departures) => StepAsync(http, WireJson.Default.RowsRequest, departures.RowsAsync)).OfMove();
        routes.MapPost(move + "/departure/digest", (HttpContext http, Departures departures) => StepAsync(http, departures.DigestAsync)).OfMove();
        routes.MapPost(move + "/departure/fence", (HttpContext http, Fences fences) => StepAsync(http, WireJson.Default.FenceSpec, fences.FenceAsync)).OfMove();
        routes.MapPost(move + "/departure/unfence", (HttpContext http, Fences fences) => StepAsync(http, fences.UnfenceAsync)).OfMove();
        routes.MapPost(move + "/departure/moved", (HttpContext http, Fences fences) => StepAsync(http, WireJson.Default.MovedSpec, fences.MovedAsync)).OfMove();
        routes.MapPost(move + "/departure/purge", (HttpContext http, Fences fences) => StepAsync(http, fences.PurgeAsync)).OfMove();
        routes.MapPost(move + "/repool", (HttpContext http, Repooling repooling) => StepAsync(http, WireJson.Default.RepoolSpec, repooling.RunAsync)).OfMove();
    }

    private static RouteHandlerBuilder OfMove(this RouteHandlerBuilder route, int? largestBody = null) => route.At(Door.Control).Demand(ServicePurpose.Move, largestBody);

    private static Task<IResult> StandAsync(HttpContext http, CellStore store, MoveAnswers answers) => StepAsync(http, async (realm, move, tenant, cancellation) =>
    {
        await using var db = store.Open(RowsOf.InRealm(realm, epoch: 0));
        return await KnownMove.AnyAsync(db, move, cancellation) is { } row && MoveRules.OfTenant(row, tenant) is null
            ? answers.Standing(row)
            : MoveRefusal.NotFound;
    });

    private static Task<IResult> PrepareAsync(HttpContext http, Arrivals arrivals) => StepAsync(http, WireJson.Default.ArrivalSpec, async (realm, move, tenant, spec, cancellation) =>
        IsOfPath(spec, realm, tenant) ? await arrivals.PrepareAsync(move, tenant, spec, cancellation) : ServiceDoor.NoRealm);

    // Nobody's realm is brought here but the one the token is for.
    private static bool IsOfPath(ArrivalSpec spec, RealmId realm, TenantId tenant) => spec.Realm.RealmId == realm && spec.Realm.TenantId == tenant;

    private static Task<IResult> TakeAsync(HttpContext http, Arrivals arrivals) =>
        StepAsync(http, (realm, move, tenant, cancellation) => arrivals.TakeAsync(realm, move, tenant, http.ServiceCall().Body, cancellation));

    private static Task<IResult> StepAsync<TSpec>(HttpContext http, JsonTypeInfo<TSpec> type, Func<RealmId, MoveId, TenantId, TSpec, CancellationToken, Task<MoveResult>> step) =>
        ControlBody.TryRead(http, type, out var spec, out var refusal)
            ? StepAsync(http, (realm, move, tenant, cancellation) => step(realm, move, tenant, spec, cancellation))
            : Task.FromResult(refusal);

    private static async Task<IResult> StepAsync(HttpContext http, Func<RealmId, MoveId, TenantId, CancellationToken, Task<MoveResult>> step)
    {
        if (!RealmId.TryParse(http.Request.RouteValues["realm"] as string, out var realm) || !MoveId.TryParse(http.Request.RouteValues["move"] as string, out var move))
        {
            return ProblemResponse.Result(MoveRefusal.NotFound);
        }

        if (http.ServiceCall().Token.Tenant is not { } tenant)
        {
            return ProblemResponse.Result(MoveRefusal.Shared);
        }

        MoveResult result;
        try
        {
            result = await step(realm, move, tenant, http.RequestAborted);
        }
        catch (RealmBusyException)
        {
            result = MoveRefusal.Busy;
        }

        return Answer(http, result);
    }

    private static IResult Answer(HttpContext http, MoveResult result)
    {
        switch (result)
        {
            case MoveResult.Told told:
                return Results.Text(told.Statement);
            case MoveResult.Page page:
                if (page.Next is not null)
                {
                    http.Response.Headers[RowsRequest.NextHeader] = page.Next;
                }

                return Results.Bytes(page.Rows, RowsRequest.SealedPage);
            case MoveResult.Taken:
                return Results.NoContent();
            case MoveResult.Refused refused:
                return ProblemResponse.Result(refused.Error);
            default:
                throw new InvalidOperationException("A step came to no known end.");
        }
    }
}
