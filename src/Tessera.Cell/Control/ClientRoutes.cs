using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Clients;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Control;

/// <summary><c>/cell/realms/{realm}/clients</c>: app clients, made and removed. Making one reports the pool's keys, which it may have added to.</summary>
internal static class ClientRoutes
{
    private static readonly Error AlgorithmUnknown = new("signing_algorithm_unknown", StatusCodes.Status400BadRequest, "Use ES256 or RS256.", "signing_algorithm");

    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/cell/realms/{realm}/clients/{client}", PutAsync).At(Door.Control).Demand(ServicePurpose.Provision);
        routes.MapDelete("/cell/realms/{realm}/clients/{client}", DeleteAsync).At(Door.Control).Demand(ServicePurpose.Provision);
    }

    private static async Task<IResult> PutAsync(string client, HttpContext http, RealmScope scope, RealmLookup realms, CellStore store, CellKeys keys, CellMembership membership)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.ClientSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        if (scope.Find() is not { } realm || spec.ClientId.Value != client)
        {
            return ProblemResponse.Result(ServiceDoor.NoRealm);
        }

        if (spec.SigningAlgorithm is not (SecurityAlgorithms.EcdsaSha256 or SecurityAlgorithms.RsaSha256))
        {
            return ProblemResponse.Result(AlgorithmUnknown);
        }

        await http.RequestServices.GetRequiredService<ClientWriter>().PutAsync(spec, http.RequestAborted);
        var pool = await ReadyPoolAsync(realm, spec.SigningAlgorithm, store, keys, http.RequestAborted);
        realms.Forget(realm.Id, realm.SignIn.Authority);
        return PoolRoutes.Report(pool, keys, membership);
    }

    private static async Task<IResult> DeleteAsync(string client, HttpContext http, RealmScope scope)
    {
        if (scope.Find() is not null && ClientId.TryParse(client, out var id))
        {
            await http.RequestServices.GetRequiredService<ClientWriter>().DeleteAsync(id, http.RequestAborted);
        }

        return Results.NoContent();
    }

    // The pool with a key for the algorithm, made on first need.
    private static async Task<PoolRow> ReadyPoolAsync(Realm realm, string algorithm, CellStore store, CellKeys keys, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.InRealm(realm.Id, realm.Epoch));
        var pool = await db.Realms.Join(db.Pools, row => row.PoolId, row => row.PoolId, (_, row) => row).SingleAsync(cancellation);
        if (algorithm == SecurityAlgorithms.RsaSha256 && pool.Rs256 is null)
        {
            var sealedKey = PoolKeyring.CreateRs256(keys, pool.PoolId);
            // Of two that race, the first stays.
            await using var cell = store.Open(RowsOf.Cell);
            await cell.Pools.Where(row => row.PoolId == pool.PoolId && row.Rs256 == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Rs256, sealedKey), cancellation);
            await db.Entry(pool).ReloadAsync(cancellation);
        }

        return pool;
    }
}
