using System.Net;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Placements;
using static Tessera.UnitTests.ControlPlane.Placements.Fleet;

namespace Tessera.UnitTests.ControlPlane.Placements;

/// <summary>A spare cell opens by itself before the last open one is full, and only one does.</summary>
public sealed class SpareCellTests
{
    [Fact]
    public void The_tenant_that_makes_the_last_cell_nine_tenths_full_opens_a_spare_one()
    {
        var room = new CellRoom([House("a", tenants: 8, capacity: 10), House("s-1", state: CellState.Spare), House("s-2", state: CellState.Spare)], 0.9);
        Assert.Equal("a", Choose(room, Wish()));
        Assert.Equal(["s-1"], room.Opened.Select(cell => cell.CellId.Value));
        Assert.Equal("s-1", Choose(room, Wish()));
        Assert.Single(room.Opened);
    }

    [Fact]
    public void None_opens_while_another_cell_of_the_kind_has_room()
    {
        var room = new CellRoom([House("a", tenants: 8, capacity: 10), House("b", tenants: 5, capacity: 10), House("s", state: CellState.Spare)], 0.9);
        Assert.Equal("a", Choose(room, Wish(cell: "a")));
        Assert.Empty(room.Opened);
    }

    [Fact]
    public void One_of_another_region_residency_tier_or_canary_is_no_help()
    {
        var room = new CellRoom(
            [
                House("a", tenants: 8, capacity: 10), House("s-1", Us, CellState.Spare), House("s-2", state: CellState.Spare, residency: "ch"),
                House("s-3", state: CellState.Spare, tier: "gold"), House("s-4", state: CellState.Spare, canary: true), House("s-5", state: CellState.Spare, capacity: 0),
            ],
            0.9);
        Assert.Equal("a", Choose(room, Wish(region: Eu)));
        Assert.Empty(room.Opened);
    }

    [Fact]
    public void Where_nothing_else_fits_one_that_does_opens_at_once()
    {
        var room = new CellRoom([House("a"), House("s-1", Us, CellState.Spare), House("s-2", Us, CellState.Spare, residency: "us")], 0.9);
        Assert.Equal("s-2", Choose(room, Wish(residency: "us")));
        Assert.Equal(["s-2"], room.Opened.Select(cell => cell.CellId.Value));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Many_at_once_fill_no_cell_beyond_its_capacity_and_open_no_more_than_it_takes(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync("eu-1");
        foreach (var id in new[] { "eu-2", "eu-3", "eu-4" })
        {
            await control.JoinAsync(id, spare: true);
        }

        foreach (var id in new[] { "eu-1", "eu-2", "eu-3", "eu-4" })
        {
            Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Patch, $"/cells/{id}", new { capacity = 10 })).Status);
        }

        // 18 fill the first and most of the second: the second opened when the first had nine, the third when the second had.
        var answers = await Task.WhenAll(Enumerable.Range(0, 18).Select(i => control.OnboardAsync($"tenant-{i:D2}")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal(["eu-1 open 9", "eu-2 open 9", "eu-3 open 0", "eu-4 spare 0"], await CellsOf(control));

        var more = await Task.WhenAll(Enumerable.Range(18, 27).Select(i => control.OnboardAsync($"tenant-{i:D2}")));
        Assert.Equal(22, more.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(more.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("no_cell_with_room", answer.Code));
        Assert.Equal(["eu-1 full 10", "eu-2 full 10", "eu-3 full 10", "eu-4 full 10"], await CellsOf(control));
        var opened = (await control.GetAsync("/audit?limit=200")).Body!["entries"]!.AsArray().Where(entry => (string?)entry!["action"] == "cell.open");
        Assert.Equal(["eu-2", "eu-3", "eu-4"], opened.Select(entry => (string)entry!["subject"]!).Order());
    }

    internal static async Task<IEnumerable<string>> CellsOf(ControlHost control) =>
        (await control.GetAsync("/cells")).Body!["cells"]!.AsArray().Select(cell => $"{cell!["cell_id"]} {cell["state"]} {cell["tenants"]}");
}
