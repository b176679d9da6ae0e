using Tessera.ControlPlane.Moves;

namespace Tessera.UnitTests.Moves.Model;

/// <summary>Everything that decides what can happen next. Rows are counted: the number at a cell is how many of the acknowledged writes it has.</summary>
/// <param name="Late">A request that is still under way, or comes a second time.</param>
/// <param name="Write">A user's write that has begun and not committed.</param>
/// <param name="Acknowledged">How many writes users were told are done.</param>
internal readonly record struct World(Journal Journal, Source Source, Target Target, Mover First, Mover Second, Message? Late, Write Write, byte Acknowledged)
{
    /// <summary>Two worlds of one key are the same, but for which of the movers is called the first: what can happen next is the same.</summary>
    public UInt128 Key
    {
        get
        {
            var (first, second) = (First.Key, Second.Key);
            var bits = new Bits();
            bits.Add((int)Journal.State, 4);
            bits.Add(Journal.Attempt, 2);
            bits.Add(Journal.Fenced, 2);
            bits.Add(Source.Key, 11);
            bits.Add(Target.Key, 11);
            bits.Add(Math.Min(first, second), 12);
            bits.Add(Math.Max(first, second), 12);
            bits.Add(Late?.Key ?? 0, 9);
            bits.Add((int)Write, 2);
            bits.Add(Acknowledged, 2);
            return bits.All;
        }
    }
}

/// <summary>Numbers side by side, each in so many bits.</summary>
internal struct Bits
{
    public UInt128 All { get; private set; }

    public void Add(int value, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)value, 1u << bits);
        All = (All << bits) | (uint)value;
    }
}

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
internal readonly record struct Message(Ask Ask, byte Attempt, byte Value)
{
    public int Key => 1 << 8 | (int)Ask << 4 | Attempt << 2 | Value;
}

/// <summary>A mover: what it saw in the journal, and how far it is in what that asks for. Idle where <paramref name="Seen"/> is null; a crash makes it so.</summary>
/// <param name="Fenced">What the journal said that the source had.</param>
/// <param name="Value">What the last answer said.</param>
internal readonly record struct Mover(MoveState? Seen, byte Attempt, byte Fenced, byte Step, byte Value)
{
    public int Key => Seen is { } seen ? ((int)seen + 1) << 8 | Attempt << 6 | Fenced << 4 | Step << 2 | Value : 0;
}

internal enum Write : byte
{
    None,
    AtSource,
    AtTarget,
}

/// <summary>The cell the tenant comes from.</summary>
internal readonly record struct Source(Realm Realm, byte Rows, Attempt One, Attempt Two)
{
    public int Key => (int)Realm << 8 | Rows << 6 | (int)One << 3 | (int)Two;

    public Attempt Of(byte attempt) => attempt == 1 ? One : Two;

    public Source With(byte attempt, Attempt state) => attempt == 1 ? this with { One = state } : this with { Two = state };
}

/// <summary>The cell it goes to.</summary>
internal readonly record struct Target(Realm Realm, byte Rows, Attempt One, Attempt Two)
{
    public int Key => (int)Realm << 8 | Rows << 6 | (int)One << 3 | (int)Two;

    public Attempt Of(byte attempt) => attempt == 1 ? One : Two;

    public Target With(byte attempt, Attempt state) => attempt == 1 ? this with { One = state } : this with { Two = state };
}
