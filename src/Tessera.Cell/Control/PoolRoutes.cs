using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Control;

/// <summary><c>/cell/pools</c>: the control plane makes pools, the cell reports their keys, signed with its own.</summary>
internal static class PoolRoutes
{
    public static void MapPools(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/cell/pools/{pool}", PutAsync).At(Door.Control).Demand(ServicePurpose.Provision);

    private static async Task<IResult> PutAsync(string pool, HttpContext http, CellStore store, CellKeys keys, CellMembership membership)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.PoolSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        if (spec.PoolId.ToString() != pool)
        {
            return Results.NotFound();
        }

        await using var db = store.Open(RowsOf.Cell);
        var row = await db.Pools.SingleOrDefaultAsync(found => found.PoolId == spec.PoolId.Value, http.RequestAborted);
        if (row is null)
        {
            row = PoolKeyring.Create(keys, spec.PoolId);
            db.Pools.Add(row);
            await db.SaveChangesAsync(http.RequestAborted);
        }

        return Report(row, keys, membership);
    }

    public static IResult Report(PoolRow row, CellKeys keys, CellMembership membership)
    {
        var report = new PoolKeys(membership.CellId, new PoolId(row.PoolId), PoolKeyring.Open(keys, row).Public);
        return Results.Text(CompactJws.Sign(keys.Identity, PoolKeys.MediaType, JsonSerializer.SerializeToUtf8Bytes(report, WireJson.Default.PoolKeys)));
    }
}
