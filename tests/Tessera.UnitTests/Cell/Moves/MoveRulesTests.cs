using Tessera.Cell.Moves;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>
/// The rules of which another stands before, at the door or in the state of the move: each alone says what it must, so that it holds
/// when the other is changed.
/// </summary>
public sealed class MoveRulesTests
{
    [Fact]
    public void A_step_is_taken_at_its_end_of_the_move()
    {
        var arrival = new MoveRow { Role = MoveStates.Target };
        Assert.Null(MoveRules.OfRole(arrival, MoveStates.Target));
        Assert.Equal("move_out_of_order", MoveRules.OfRole(arrival, MoveStates.Source)?.Code);
    }

    [Fact]
    public void A_realm_is_moved_for_its_owner_and_a_shared_one_for_nobody()
    {
        var owner = TenantId.New();
        Assert.Null(MoveRules.OwnedBy(new RealmRow { TenantId = owner.Value }, owner));
        Assert.Equal("realm_not_found", MoveRules.OwnedBy(new RealmRow { TenantId = owner.Value }, TenantId.New())?.Code);
        Assert.Equal("realm_not_found", MoveRules.OwnedBy(new RealmRow(), owner)?.Code);
    }

    [Theory]
    [InlineData("active", true)]
    [InlineData("suspended", true)]
    [InlineData("arriving", false)]
    [InlineData("moved", false)]
    public void What_leaves_lives_here(string state, bool leaves) => Assert.Equal(leaves, MoveRules.LivesHere(new RealmRow { State = state }) is null);
}
