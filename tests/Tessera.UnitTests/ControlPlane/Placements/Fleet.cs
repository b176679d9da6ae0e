using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane.Placements;

/// <summary>Cells as placement sees them, without a store.</summary>
internal static class Fleet
{
    public const string Eu = "eu-central-1";
    public const string Us = "us-east-1";

    public static CellId Id(string text)
    {
        Assert.True(CellId.TryParse(text, out var id));
        return id;
    }

    public static Standing House(
        string id,
        string region = Eu,
        CellState state = CellState.Open,
        int tenants = 0,
        int capacity = 100,
        bool canary = false,
        string? residency = null,
        string? tier = null,
        Backend backend = Backend.Native,
        int? poolLimit = null,
        int pools = 0,
        bool sharedRealm = false) => new(
            new CellRow
            {
                CellId = Id(id),
                Region = region,
                State = state,
                Tenants = tenants,
                Capacity = capacity,
                Canary = canary,
                Residency = residency,
                Tier = tier,
                Backend = backend,
                PoolLimit = poolLimit,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Revision = 1,
            },
            pools,
            sharedRealm);

    public static PlacementWish Wish(
        Pattern pattern = Pattern.Hybrid, string? cell = null, string? region = null, string? residency = null, string? tier = null, bool canary = false) =>
        new(pattern, cell is null ? null : Id(cell), null, region, residency, tier, canary);

    /// <summary>The cell chosen, or the code and field of the refusal.</summary>
    public static string Choose(PlacementWish wish, params Standing[] cells) => Choose(new CellRoom(cells, 0.9), wish);

    public static string Choose(CellRoom room, PlacementWish wish) => room.Take(wish) switch
    {
        Outcome<CellRow>.Done(var cell) => cell.CellId.Value,
        Outcome<CellRow>.Refused(var error) => $"{error.Code} {error.Field}".TrimEnd(),
        _ => throw new InvalidOperationException(),
    };
}
