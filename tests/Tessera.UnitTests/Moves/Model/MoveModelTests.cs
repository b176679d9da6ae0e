namespace Tessera.UnitTests.Moves.Model;

/// <summary>
/// The argument for the protocol. All that can happen to a move (two movers, crashes at every step, requests that come late or
/// twice, an abort, a second attempt, users who write) is gone through: there is one writer, no acknowledged write is lost, and
/// from every state the move can complete or roll back. Without any one of its rules something of that is false, and it is told how.
/// </summary>
public sealed class MoveModelTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_happens_there_is_one_writer_nothing_acknowledged_is_lost_and_the_move_can_end()
    {
        var found = Search.Run(Rule.All);

        output.WriteLine($"{found.States} states, {found.Ends} of them ends");
        Tell(found);
        Assert.Null(found.Violated);
        Assert.True(found.States > 100_000); // two movers and a late request make this many; fewer were no search
    }

    [Theory]
    [InlineData(nameof(Rule.TurnsCompareAndSet), "one writer")]
    [InlineData(nameof(Rule.ActivatesAfterDecision), "one writer")]
    [InlineData(nameof(Rule.UnfencesAfterRollback), "one writer")]
    [InlineData(nameof(Rule.CellsAskWhichMove), "one writer")]
    [InlineData(nameof(Rule.CellsRememberRollback), "what is over is whole")]
    [InlineData(nameof(Rule.WritesCheckAtCommit), "no acknowledged write lost")]
    [InlineData(nameof(Rule.TargetCompares), "no acknowledged write lost")]
    [InlineData(nameof(Rule.RowsOnlyWhileArriving), "no acknowledged write lost")]
    [InlineData(nameof(Rule.DecisionExcludesRollback), "one writer")]
    public void Without_a_rule_it_goes_wrong(string rule, string violated)
    {
        var found = Search.Run(Rule.All & ~Enum.Parse<Rule>(rule), violated);

        output.WriteLine($"without {rule}: {found.States} states until");
        Tell(found);
        Assert.Equal(violated, found.Violated);
    }

    private void Tell(Found found)
    {
        foreach (var what in found.Story)
        {
            output.WriteLine(what);
        }

        output.WriteLine(found.Violated is { } violated ? $"and then this does not hold: {violated}" : "everything holds");
    }
}
