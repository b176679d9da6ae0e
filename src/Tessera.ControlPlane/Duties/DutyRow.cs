using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Duties;

/// <summary>What a cell must still be told.</summary>
internal enum DutyKind
{
    /// <summary>Unless the onboarding is finished by then: remove the realm, then release the names.</summary>
    UndoOnboarding,

    /// <summary>The same for a shared tenant: remove its place in the shared realm, then release the names.</summary>
    UndoSharedOnboarding,

    /// <summary>Unless the shared realm is made by then: remove it, then release its names.</summary>
    UndoSharedRealm,

    /// <summary>Unless the promotion is finished by then: remove the new realm, then release its names. The tenant stays shared.</summary>
    UndoPromotion,

    /// <summary>Tell the realm the state its tenant has now.</summary>
    TellState,

    /// <summary>Tell a shared realm the state that a tenant living there has now.</summary>
    TellSharedTenant,

    RemoveRealm,

    /// <summary>Remove a tenant's place in a shared realm; the realm itself stays.</summary>
    RemoveSharedTenant,

    /// <summary>Remove a client: one that was deleted, or one whose making was not finished by then.</summary>
    RemoveClient,
}

/// <summary>
/// A debt to a cell, written in the same transaction as the change that owes it, so that a crash at any point leaves
/// either nothing or a duty that will be done. Doing one twice changes nothing.
/// </summary>
internal sealed class DutyRow : IUndoable
{
    public required Guid DutyId { get; init; }
    public required DutyKind Kind { get; init; }

    /// <summary>Absent where it is about a shared realm itself.</summary>
    public required TenantId? TenantId { get; init; }

    public required CellId CellId { get; init; }
    public required RealmId RealmId { get; init; }
    public ClientId? ClientId { get; init; }

    /// <summary>Not before this time. For what is being made it is the deadline.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>Begun: what it undoes can no longer be finished.</summary>
    public bool Begun { get; set; }
}
