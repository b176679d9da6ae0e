using Tessera.ControlPlane.Moves;

namespace Tessera.UnitTests.Moves.Model;

/// <summary>
/// Whatever can happen next: two movers that each look, ask, sleep for as long as they like, crash and turn the journal; requests
/// that come late, twice or never; an operator who aborts; users who write. A cell that crashes loses nothing but what it was
/// just asked, which is a request that never came.
/// </summary>
internal sealed class Happenings(Rule rules)
{
    private const byte MostWrites = 2;
    private const byte MostAttempts = 2;

    // What a state asks for at the cells, in this order; then the journal turns.
    private static readonly Dictionary<MoveState, Ask[]> Asked = new()
    {
        [MoveState.Planned] = [Ask.Arrival, Ask.Departure],
        [MoveState.Copying] = [Ask.ReadRows, Ask.WriteRows],
        [MoveState.Fencing] = [Ask.Fence],
        [MoveState.Fenced] = [Ask.ReadRows, Ask.WriteRows, Ask.Compare],
        [MoveState.Verified] = [],
        [MoveState.Cutover] = [Ask.ReadRows, Ask.WriteRows, Ask.Activate], // the rows only where the target says that they differ
        [MoveState.Announced] = [Ask.Moved],
        [MoveState.Purging] = [Ask.Purge],
        [MoveState.RollingBack] = [Ask.Unfence, Ask.ForgetArrival],
    };

    private readonly Cells _cells = new(rules);

    public static World Beginning { get; } = new(
        new Journal(MoveState.Planned, 1, 0),
        new Source(Realm.Active, 0, Attempt.None, Attempt.None),
        new Target(Realm.None, 0, Attempt.None, Attempt.None),
        default, default, Late: null, Write.None, Acknowledged: 0);

    public IEnumerable<(FormattableString What, World Then)> After(World world) =>
    [
        .. OfMover(world, "first", world.First, (then, mover) => then with { First = mover }),
        .. OfMover(world, "second", world.Second, (then, mover) => then with { Second = mover }),
        .. OfNetwork(world),
        .. OfOperator(world),
        .. OfUsers(world),
    ];

    private IEnumerable<(FormattableString What, World Then)> OfMover(World world, string name, Mover mover, Func<World, Mover, World> with)
    {
        if (mover.Seen is not { } seen)
        {
            if (!MoveRules.Over.Contains(world.Journal.State))
            {
                yield return ($"the {name} mover sees {world.Journal.State}", with(world, new Mover(world.Journal.State, world.Journal.Attempt, world.Journal.Fenced, 0, 0)));
            }

            yield break;
        }

        yield return ($"the {name} mover crashes", with(world, default));
        if (seen == MoveState.Cutover && mover.Step == 0)
        {
            yield return ($"the {name} mover thinks that the rows are still there", with(world, mover with { Step = 2 }));
        }

        if (mover.Step < Asking(seen).Length)
        {
            var message = new Message(Asking(seen)[mover.Step], mover.Attempt, ValueOf(mover, Asking(seen)[mover.Step]));
            yield return ($"what the {name} mover asks is under way: {message.Ask}", with(world with { Late = message }, default));
            if (_cells.Receive(world, message) is var (then, answer))
            {
                var onward = mover with { Step = (byte)(mover.Step + 1), Value = answer };
                yield return ($"the {name} mover is answered: {message.Ask}", with(then, onward));
                yield return ($"the {name} mover is answered and asks twice: {message.Ask}", with(then with { Late = message }, onward));
            }
        }
        else if (Turned(world.Journal, mover, Next(seen)) is { } journal)
        {
            yield return ($"the {name} mover turns {seen} into {Next(seen)}", with(world with { Journal = journal }, default));
        }

        if (MoveRules.MayTurn(seen, MoveState.RollingBack, withinCell: false))
        {
            if (Turned(world.Journal, mover, MoveState.RollingBack) is { } journal)
            {
                yield return ($"the {name} mover gives up in {seen}", with(world with { Journal = journal }, default));
            }

            if (!Has(Rule.UnfencesAfterRollback) && _cells.Receive(world, new Message(Ask.Unfence, mover.Attempt, 0)) is var (opened, _))
            {
                yield return ($"the {name} mover gives up in {seen} and opens the source", with(opened, default));
            }
        }
    }

    private IEnumerable<(FormattableString What, World Then)> OfNetwork(World world)
    {
        if (world.Late is { } late)
        {
            yield return ($"{late.Ask} of attempt {late.Attempt} is lost", world with { Late = null });
            if (_cells.Receive(world, late) is var (then, _))
            {
                yield return ($"{late.Ask} of attempt {late.Attempt} comes late", then);
            }
        }
    }

    private IEnumerable<(FormattableString What, World Then)> OfOperator(World world)
    {
        var (state, attempt, _) = world.Journal;
        if (MoveRules.MayTurn(state, MoveState.RollingBack, withinCell: false) || (!Has(Rule.DecisionExcludesRollback) && state == MoveState.Cutover))
        {
            yield return ($"the operator aborts", world with { Journal = world.Journal with { State = MoveState.RollingBack } });
        }

        if (state == MoveState.RolledBack && attempt < MostAttempts)
        {
            yield return ($"the operator moves it again", world with { Journal = new Journal(MoveState.Planned, (byte)(attempt + 1), 0) });
        }
    }

    private IEnumerable<(FormattableString What, World Then)> OfUsers(World world)
    {
        if (world.Write == Write.None && world.Acknowledged < MostWrites)
        {
            if (world.Source.Realm == Realm.Active)
            {
                yield return ($"a write begins at the source", world with { Write = Write.AtSource });
            }

            if (world.Target.Realm == Realm.Active)
            {
                yield return ($"a write begins at the target", world with { Write = Write.AtTarget });
            }
        }

        if (world.Write == Write.AtSource && (world.Source.Realm == Realm.Active || !Has(Rule.WritesCheckAtCommit)))
        {
            yield return ($"the write commits at the source", Acknowledge(world with { Source = world.Source with { Rows = (byte)(world.Source.Rows + 1) } }));
        }

        if (world.Write == Write.AtTarget && world.Target.Realm == Realm.Active)
        {
            yield return ($"the write commits at the target", Acknowledge(world with { Target = world.Target with { Rows = (byte)(world.Target.Rows + 1) } }));
        }

        if (world.Write != Write.None)
        {
            yield return ($"the write is refused", world with { Write = Write.None });
        }
    }

    private static World Acknowledge(World world) => world with { Write = Write.None, Acknowledged = (byte)(world.Acknowledged + 1) };

    private Ask[] Asking(MoveState seen) =>
        seen == MoveState.Verified && !Has(Rule.ActivatesAfterDecision) ? [Ask.Activate] : Asked[seen];

    private static byte ValueOf(Mover mover, Ask ask) => ask switch
    {
        Ask.WriteRows => mover.Value, // as they were read
        Ask.Compare or Ask.Activate => mover.Fenced,
        _ => 0,
    };

    private static MoveState Next(MoveState seen) => MoveRules.Path(withinCell: false) is var path && path.IndexOf(seen) is >= 0 and var at ? path[at + 1] : MoveState.RolledBack;

    private Journal? Turned(Journal journal, Mover mover, MoveState next)
    {
        var isStill = journal.State == mover.Seen && journal.Attempt == mover.Attempt;
        if (Has(Rule.TurnsCompareAndSet) && !isStill)
        {
            return null;
        }

        return journal with { State = next, Fenced = mover.Seen == MoveState.Fencing ? mover.Value : journal.Fenced };
    }

    private bool Has(Rule rule) => (rules & rule) != 0;
}
