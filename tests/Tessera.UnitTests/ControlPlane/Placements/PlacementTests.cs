using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Placements;
using static Tessera.UnitTests.ControlPlane.Placements.Fleet;

namespace Tessera.UnitTests.ControlPlane.Placements;

/// <summary>Which cell a tenant gets, one reason at a time.</summary>
public sealed class PlacementTests
{
    [Fact]
    public void The_emptiest_cell_takes_a_tenant_and_of_equals_the_first_by_name() =>
        Assert.Equal(("b", "a"), (Choose(Wish(), House("a", tenants: 3), House("b", tenants: 2)), Choose(Wish(), House("b"), House("a"))));

    [Fact]
    public void How_empty_a_cell_is_is_a_share_of_what_it_may_house() =>
        Assert.Equal("big", Choose(Wish(), House("small", tenants: 5, capacity: 10), House("big", tenants: 40, capacity: 100)));

    [Fact]
    public void A_full_cell_takes_nobody() =>
        Assert.Equal(("b", "no_cell_with_room"), (Choose(Wish(), House("a", capacity: 0), House("b", tenants: 99)), Choose(Wish(), House("a", tenants: 100))));

    [Theory]
    [InlineData("Invited"), InlineData("Draining"), InlineData("Closed"), InlineData("Lost")]
    public void A_cell_that_is_not_open_takes_nobody(string state) =>
        Assert.Equal("no_cell_with_room", Choose(Wish(), House("a", state: Enum.Parse<CellState>(state))));

    [Fact]
    public void A_tenant_of_a_region_is_placed_in_it() =>
        Assert.Equal(("b", "no_cell_with_room region"), (Choose(Wish(region: Us), House("a"), House("b", Us, tenants: 9)), Choose(Wish(region: "ap-south-1"), House("a"))));

    [Fact]
    public void A_tenant_of_a_residency_is_placed_in_no_other() =>
        Assert.Equal(
            ("b", "no_cell_with_room residency"),
            (Choose(Wish(residency: "ch"), House("a", residency: "eu"), House("b", residency: "ch", tenants: 9)), Choose(Wish(residency: "ch"), House("a"), House("b", residency: "eu"))));

    [Fact]
    public void A_cell_kept_for_a_tier_takes_its_tenants_before_others_and_nobody_else()
    {
        Assert.Equal("gold", Choose(Wish(tier: "gold"), House("any"), House("gold", tier: "gold", tenants: 50)));
        Assert.Equal("any", Choose(Wish(tier: "gold"), House("any"), House("gold", tier: "gold", tenants: 100)));
        Assert.Equal("any", Choose(Wish(), House("any", tenants: 9), House("gold", tier: "gold")));
        Assert.Equal("no_cell_with_room tier", Choose(Wish(tier: "silver"), House("gold", tier: "gold")));
    }

    [Fact]
    public void A_canary_cell_takes_those_who_ask_for_one_and_nobody_else()
    {
        Assert.Equal("b", Choose(Wish(), House("a", canary: true), House("b", tenants: 9)));
        Assert.Equal("a", Choose(Wish(canary: true), House("a", canary: true, tenants: 9), House("b")));
        Assert.Equal("no_cell_with_room canary", Choose(Wish(canary: true), House("b")));
    }

    [Fact]
    public void Amazon_Cognitos_cells_take_no_tenant_by_placement() =>
        Assert.Equal(
            ("no_cell_with_room", "cell_of_other_backend cell"),
            (Choose(Wish(), House("a", backend: Backend.Cognito)), Choose(Wish(cell: "a"), House("a", backend: Backend.Cognito))));

    [Fact]
    public void A_cell_out_of_pools_takes_no_dedicated_tenant()
    {
        Assert.Equal("b", Choose(Wish(Pattern.Dedicated), House("a", poolLimit: 5, pools: 5), House("b", tenants: 9)));
        Assert.Equal("a", Choose(Wish(), House("a", poolLimit: 5, pools: 5), House("b", tenants: 9)));
        Assert.Equal("pools_used_up pattern", Choose(Wish(Pattern.Dedicated, cell: "a"), House("a", poolLimit: 5, pools: 5)));
        var room = new CellRoom([House("a", poolLimit: 1)], 0.9);
        Assert.Equal(("a", "no_cell_with_room"), (Choose(room, Wish(Pattern.Dedicated)), Choose(room, Wish(Pattern.Dedicated))));
    }

    [Fact]
    public void A_shared_tenant_needs_a_shared_realm() =>
        Assert.Equal(
            ("b", "no_shared_realm", "no_shared_realm"),
            (Choose(Wish(Pattern.Shared), House("a"), House("b", sharedRealm: true, tenants: 9)), Choose(Wish(Pattern.Shared), House("a")), Choose(Wish(Pattern.Shared, cell: "a"), House("a"))));

    [Fact]
    public void A_pinned_tenant_goes_where_it_is_pinned_to()
    {
        Assert.Equal("a", Choose(Wish(cell: "a", tier: "silver"), House("a", tier: "gold", canary: true, tenants: 50), House("b")));
        Assert.Equal("cell_not_found cell", Choose(Wish(cell: "c"), House("a")));
    }

    [Fact]
    public void What_a_pin_does_not_override_is_told()
    {
        Assert.Equal("cell_not_joined cell", Choose(Wish(cell: "a"), House("a", state: CellState.Invited)));
        Assert.All([CellState.Spare, CellState.Draining, CellState.Closed, CellState.Lost], state => Assert.Equal("cell_not_open cell", Choose(Wish(cell: "a"), House("a", state: state))));
        Assert.Equal("cell_does_not_fit region", Choose(Wish(cell: "a", region: Us), House("a")));
        Assert.Equal("cell_does_not_fit residency", Choose(Wish(cell: "a", residency: "ch"), House("a", residency: "eu")));
        Assert.Equal("cell_full cell", Choose(Wish(cell: "a"), House("a", tenants: 100)));
    }

    [Fact]
    public void A_refusal_says_what_to_do()
    {
        var error = Wish(region: Eu, residency: "eu").Unmet();
        Assert.Equal("residency", error.Field);
        Assert.Contains("residency eu of region eu-central-1", error.Message, StringComparison.Ordinal);
        Assert.Contains("`tessera cells`", error.Message, StringComparison.Ordinal);
    }
}
