using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>
/// One attempt to move a tenant: the journal's line. State and version change together and only by
/// <see cref="MoveJournal"/>; progress is beside them and decides nothing.
/// </summary>
internal sealed class MoveRow : ITenantRow
{
    public required MoveId MoveId { get; init; }
    public required TenantId TenantId { get; init; }
    public required RealmId RealmId { get; init; }
    public required CellId FromCell { get; init; }
    public required PoolId FromPool { get; init; }
    public required Pattern FromPattern { get; init; }
    public required CellId ToCell { get; init; }
    public required PoolId ToPool { get; init; }
    public required Pattern ToPattern { get; init; }

    /// <summary>The tenant's before the move; one more after it.</summary>
    public required long Epoch { get; init; }

    /// <summary>The source is in doubt: its keys are good for nothing from the announcement on.</summary>
    public bool Emergency { get; init; }

    public required string RequestedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The revision it was planned at; lists are in this order.</summary>
    public required long Born { get; init; }

    public MoveState State { get; set; }

    /// <summary>Grows with every state, so that whoever slept through one changes nothing.</summary>
    public long Version { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>Not to be picked up before.</summary>
    public required DateTimeOffset NotBefore { get; set; }

    /// <summary>In this state, one after another.</summary>
    public int Failures { get; set; }

    /// <summary>The code of what went wrong last; of a move that was rolled back, why.</summary>
    public string? LastError { get; set; }

    /// <summary>Whoever works on it, and when it last said so: others then leave it alone. Saves work, and no more than that.</summary>
    public Guid? Worker { get; set; }

    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>The state the tenant had when the target was told.</summary>
    public TenantState? ArrivedAs { get; set; }

    /// <summary>What the source seals rows for.</summary>
    public string? SealingKey { get; set; }

    /// <summary>JSON of what the source had when it was fenced; absent again once the target has it.</summary>
    public string? FencedDigest { get; set; }

    /// <summary>SHA-256 over the digest both sides had at cut-over.</summary>
    public string? Checksum { get; set; }

    public DateTimeOffset? FencingAt { get; set; }

    /// <summary>Milliseconds from the decision to fence until the target was active and the directory said so.</summary>
    public int? PauseMs { get; set; }

    /// <summary>Seconds since 1970 up to which tokens of the former pool are good; 0 in an emergency.</summary>
    public long? FormerKeysUntil { get; set; }

    /// <summary>Seconds since 1970 up to which the source points to the target.</summary>
    public long? MarkerUntil { get; set; }

    /// <summary>Where the copy is: the table and what the source said of its next page.</summary>
    public string? CopyTable { get; set; }

    public string? CopyAfter { get; set; }

    /// <summary>The source's mark up to which what has changed is at the target too.</summary>
    public long CopyMark { get; set; }
    public int Tables { get; set; }
    public int TablesDone { get; set; }
    public long Rows { get; set; }

    /// <summary>As they travelled, sealed; what travelled twice counts twice.</summary>
    public long Bytes { get; set; }

    public int Pages { get; set; }

    /// <summary>How often what differed was copied again.</summary>
    public int Rounds { get; set; }

    public bool IsWithinCell => FromCell == ToCell;
}
