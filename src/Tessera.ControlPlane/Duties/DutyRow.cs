using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Duties;

/// <summary>What a cell must still be told.</summary>
internal enum DutyKind
{
    /// <summary>Unless the onboarding is finished by then: remove the realm, then release the names.</summary>
    UndoOnboarding,

    /// <summary>Tell the realm the state its tenant has now.</summary>
    TellState,

    RemoveRealm,

    /// <summary>Remove a client: one that was deleted, or one whose making was not finished by then.</summary>
    RemoveClient,
}

/// <summary>
/// A debt to a cell, written in the same transaction as the change that owes it, so that a crash at any point leaves
/// either nothing or a duty that will be done. Doing one twice changes nothing.
/// </summary>
internal sealed class DutyRow : ITenantRow
{
    public required Guid DutyId { get; init; }
    public required DutyKind Kind { get; init; }
    public required TenantId TenantId { get; init; }
    public required CellId CellId { get; init; }
    public required RealmId RealmId { get; init; }
    public ClientId? ClientId { get; init; }

    /// <summary>Not before this time. For what is being made it is the deadline.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>Begun: what it undoes can no longer be finished.</summary>
    public bool Begun { get; set; }
}
