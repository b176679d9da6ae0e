using Tessera.Contracts.Routing;
using Tessera.ControlPlane;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;
using static Tessera.UnitTests.ControlPlane.Placements.Fleet;

namespace Tessera.UnitTests.ControlPlane.Placements;

/// <summary>What holds for any cells and any tenants: said of the choice without its rules.</summary>
public sealed class PlacementPropertyTests
{
    [Fact]
    public void Whoever_is_placed_is_placed_well_and_whoever_is_not_could_not_be()
    {
        var (placed, refused) = (0, 0);
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var cells = Enumerable.Range(0, random.Next(1, 12)).Select(i => Any(random, i)).ToList();
            var room = new CellRoom(cells, 0.9);
            for (var i = 0; i < 40; i++)
            {
                var wish = AnyWish(random);
                var before = cells.ToDictionary(cell => cell.Cell.CellId, cell => (cell.Houses, cell.Pools, cell.Cell.State));
                if (room.Take(wish) is Outcome<CellRow>.Done(var chosen))
                {
                    placed++;
                    Assert.True(Suits(chosen, before[chosen.CellId], cells, wish), $"seed {seed}: {chosen.CellId} for {wish}");
                }
                else
                {
                    refused++;
                    Assert.DoesNotContain(cells, cell => Suits(cell.Cell, before[cell.Cell.CellId], cells, wish));
                }

                Assert.All(cells, cell => Assert.True(cell.Houses <= Math.Max(cell.Cell.Capacity, cell.Cell.Tenants)));
            }
        }

        Assert.True(placed > 1000 && refused > 1000, $"{placed} placed, {refused} refused");
    }

    private static bool Suits(CellRow cell, (int Houses, int Pools, CellState State) before, List<Standing> cells, PlacementWish wish)
    {
        if (cell.Backend != Backend.Native || before.State is not (CellState.Open or CellState.Spare) || before.Houses >= cell.Capacity)
        {
            return false;
        }

        return (wish.Region ?? cell.Region) == cell.Region && (wish.Residency ?? cell.Residency) == cell.Residency
            && (cell.Tier ?? wish.Tier) == wish.Tier && cell.Canary == wish.Canary
            && !(wish.Pattern == Pattern.Dedicated && before.Pools >= (cell.PoolLimit ?? int.MaxValue))
            && (wish.Pattern != Pattern.Shared || cells.Single(standing => standing.Cell == cell).HasSharedRealm);
    }

    private static Standing Any(Random random, int i) => House(
        $"c-{i}",
        Pick(random, Eu, Us),
        Pick(random, CellState.Open, CellState.Open, CellState.Open, CellState.Spare, CellState.Closed, CellState.Draining, CellState.Invited, CellState.Lost),
        random.Next(0, 8),
        random.Next(0, 8),
        random.Next(4) == 0,
        Pick(random, null, "eu", "ch"),
        Pick(random, null, null, "gold"),
        Pick(random, Backend.Native, Backend.Native, Backend.Native, Backend.Cognito),
        random.Next(3) == 0 ? random.Next(3) : null,
        random.Next(3),
        random.Next(2) == 0);

    private static PlacementWish AnyWish(Random random) => Wish(
        Pick(random, Pattern.Shared, Pattern.Hybrid, Pattern.Dedicated), null, Pick(random, null, Eu, Us), Pick(random, null, null, "eu"),
        Pick(random, null, "gold", "silver"), random.Next(5) == 0);

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
