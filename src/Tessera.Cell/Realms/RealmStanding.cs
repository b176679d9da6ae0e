using Tessera.Contracts.Routing;

namespace Tessera.Cell.Realms;

/// <summary>How a realm stands at this cell. The store's fence lets writes through in <see cref="Active"/> alone.</summary>
internal enum RealmStanding
{
    Active,

    Suspended,

    /// <summary>Shut for a move: its requests wait.</summary>
    Fenced,

    /// <summary>A marker: the realm lives elsewhere.</summary>
    Moved,

    /// <summary>On its way here: nothing but its move reaches it.</summary>
    Arriving,
}

/// <summary>How a realm's standing, and a shared tenant's state, are written in their rows: the words the store's fence compares.</summary>
internal static class RealmState
{
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Fenced = "fenced";
    public const string Moved = "moved";
    public const string Arriving = "arriving";

    public static string Write(TenantState state) => state switch
    {
        TenantState.Active => Active,
        TenantState.Suspended => Suspended,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A cell houses active and suspended realms."),
    };

    public static RealmStanding Parse(string state) => state switch
    {
        Active => RealmStanding.Active,
        Suspended => RealmStanding.Suspended,
        Fenced => RealmStanding.Fenced,
        Moved => RealmStanding.Moved,
        Arriving => RealmStanding.Arriving,
        _ => throw new InvalidOperationException("The store has a realm in an unknown state."),
    };
}
