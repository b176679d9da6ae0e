namespace Tessera.UnitTests.Moves.Model;

/// <summary>What a cell does with a request, or that it refuses: null. Its row of the attempt and the realm change together, or not at all.</summary>
internal sealed class Cells(Rule rules)
{
    /// <summary>The world after the request, and what the answer says; null where it is refused.</summary>
    public (World World, byte Answer)? Receive(World world, Message message) => message.Ask switch
    {
        Ask.Arrival or Ask.WriteRows or Ask.Compare or Ask.Activate or Ask.ForgetArrival => AtTarget(world.Target, message) is { } done
            ? (world with { Target = done }, message.Value)
            : null,
        _ => AtSource(world.Source, message) is { } done
            ? (world with { Source = done }, done.Rows)
            : null,
    };

    private Source? AtSource(Source cell, Message message)
    {
        var attempt = cell.Of(message.Attempt);
        return message.Ask switch
        {
            Ask.Departure => attempt == Attempt.None && cell.Realm == Realm.Active ? cell.With(message.Attempt, Attempt.Copying)
                : attempt is Attempt.Copying or Attempt.Fenced ? cell
                : null,
            Ask.ReadRows => Is(attempt, Attempt.Copying, Attempt.Fenced) && cell.Realm is Realm.Active or Realm.Fenced ? cell : null,
            Ask.Fence => Is(attempt, Attempt.Copying, Attempt.Fenced) && cell.Realm is Realm.Active or Realm.Fenced
                ? cell.With(message.Attempt, Attempt.Fenced) with { Realm = Realm.Fenced }
                : null,
            Ask.Unfence => Unfenced(cell, attempt, message),
            Ask.Moved => Is(attempt, Attempt.Fenced, Attempt.Moved) && cell.Realm is Realm.Fenced or Realm.Moved
                ? cell.With(message.Attempt, Attempt.Moved) with { Realm = Realm.Moved }
                : null,
            Ask.Purge => Is(attempt, Attempt.Moved, Attempt.Purged) && cell.Realm == Realm.Moved
                ? cell.With(message.Attempt, Attempt.Purged) with { Rows = 0 }
                : null,
            _ => null,
        };
    }

    private Source? Unfenced(Source cell, Attempt attempt, Message message)
    {
        if (!Is(attempt, Attempt.None, Attempt.Copying, Attempt.Fenced, Attempt.RolledBack) || cell.Realm == Realm.Moved)
        {
            return null;
        }

        // With its attempt the fence goes; where cells do not ask which, whatever fence there is.
        var opens = attempt == Attempt.Fenced || !Has(Rule.CellsAskWhichMove);
        return cell.With(message.Attempt, Remembered) with { Realm = opens ? Realm.Active : cell.Realm };
    }

    private Target? AtTarget(Target cell, Message message)
    {
        var attempt = cell.Of(message.Attempt);
        return message.Ask switch
        {
            Ask.Arrival => attempt == Attempt.None && cell.Realm == Realm.None
                    ? cell.With(message.Attempt, Attempt.Arriving) with { Realm = Realm.Arriving, Rows = 0 }
                : attempt == Attempt.Arriving ? cell
                : null,
            Ask.WriteRows => TakesRows(cell, attempt) ? cell with { Rows = message.Value } : null,
            Ask.Compare => Is(attempt, Attempt.Arriving) && cell.Rows == message.Value ? cell : null,
            Ask.Activate => attempt == Attempt.Active ? cell
                : Is(attempt, Attempt.Arriving) && cell.Realm == Realm.Arriving && (!Has(Rule.TargetCompares) || cell.Rows == message.Value)
                    ? cell.With(message.Attempt, Attempt.Active) with { Realm = Realm.Active }
                : null,
            Ask.ForgetArrival => attempt == Attempt.Active ? null
                : cell.With(message.Attempt, Remembered) with { Realm = attempt == Attempt.Arriving ? Realm.None : cell.Realm },
            _ => null,
        };
    }

    private bool TakesRows(Target cell, Attempt attempt) =>
        Is(attempt, Attempt.Arriving) && cell.Realm == Realm.Arriving
        || (!Has(Rule.RowsOnlyWhileArriving) && attempt == Attempt.Active);

    private Attempt Remembered => Has(Rule.CellsRememberRollback) ? Attempt.RolledBack : Attempt.None;

    private bool Is(Attempt attempt, params ReadOnlySpan<Attempt> good) => !Has(Rule.CellsAskWhichMove) || good.Contains(attempt);

    private bool Has(Rule rule) => (rules & rule) != 0;
}
