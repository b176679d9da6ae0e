using Tessera.ControlPlane.Moves;

namespace Tessera.UnitTests.Moves.Model;

/// <summary>Everything that decides what can happen next. Rows are counted: the number at a cell is how many of the acknowledged writes it has.</summary>
/// <param name="Late">A request that is still under way, or comes a second time.</param>
/// <param name="Write">A user's write that has begun and not committed.</param>
/// <param name="Acknowledged">How many writes users were told are done.</param>
internal readonly record struct World(Journal Journal, Source Source, Target Target, Mover First, Mover Second, Message? Late, Write Write, byte Acknowledged);

/// <summary>The directory's line. <paramref name="Attempt"/> tells moves apart: one that was rolled back may be followed by a second.</summary>
/// <param name="Fenced">What the source had when it was fenced.</param>
internal readonly record struct Journal(MoveState State, byte Attempt, byte Fenced);

internal enum Realm : byte
{
    None,
    Active,
    Fenced,
    Moved,
    Arriving,
}

/// <summary>What a cell has written down of an attempt.</summary>
internal enum Attempt : byte
{
    None,
    Copying,
    Fenced,
    Moved,
    Purged,
    Arriving,
    Active,
    RolledBack,
}

internal enum Ask : byte
{
    Arrival,
    Departure,
    ReadRows,
    WriteRows,
    Fence,
    Compare,
    Activate,
    Moved,
    Purge,
    Unfence,
    ForgetArrival,
}

/// <param name="Value">The rows of a page, or those that were fenced.</param>
internal readonly record struct Message(Ask Ask, byte Attempt, byte Value);

/// <summary>A mover: what it saw in the journal, and how far it is in what that asks for. Idle where <paramref name="Seen"/> is null; a crash makes it so.</summary>
/// <param name="Fenced">What the journal said that the source had.</param>
/// <param name="Value">What the last answer said.</param>
internal readonly record struct Mover(MoveState? Seen, byte Attempt, byte Fenced, byte Step, byte Value);

internal enum Write : byte
{
    None,
    AtSource,
    AtTarget,
}

/// <summary>The cell the tenant comes from.</summary>
internal readonly record struct Source(Realm Realm, byte Rows, Attempt One, Attempt Two)
{
    public Attempt Of(byte attempt) => attempt == 1 ? One : Two;

    public Source With(byte attempt, Attempt state) => attempt == 1 ? this with { One = state } : this with { Two = state };
}

/// <summary>The cell it goes to.</summary>
internal readonly record struct Target(Realm Realm, byte Rows, Attempt One, Attempt Two)
{
    public Attempt Of(byte attempt) => attempt == 1 ? One : Two;

    public Target With(byte attempt, Attempt state) => attempt == 1 ? this with { One = state } : this with { Two = state };
}
