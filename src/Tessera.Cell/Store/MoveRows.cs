namespace Tessera.Cell.Store;

/// <summary>One attempt to move a realm, as far as this cell is concerned. Kept past its end, so that what comes late is known.</summary>
internal sealed class MoveRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid MoveId { get; set; }

    /// <summary>Whose realm it is: an attempt may outlive the realm here.</summary>
    public Guid TenantId { get; set; }
    public string Role { get; set; } = "";
    public string State { get; set; } = "";

    /// <summary>The realm's, once the move is through.</summary>
    public long Epoch { get; set; }

    /// <summary>At the source: where to.</summary>
    public string? ToCell { get; set; }

    /// <summary>How many changes of rows the ledger has seen.</summary>
    public long Mark { get; set; }

    /// <summary>What rows are sealed for: at the target the private key, itself sealed; at the source the target's point.</summary>
    public byte[] Key { get; set; } = [];

    /// <summary>The state the realm takes up again: <c>active</c> or <c>suspended</c>.</summary>
    public string Resume { get; set; } = "";

    /// <summary>At the target, until it is activated: the public keys of the pool it comes from, as JSON.</summary>
    public string? FormerKeys { get; set; }
}

/// <summary>A key that signed the realm's tokens before it moved: good until then, and no longer used to sign. Public.</summary>
internal sealed class FormerKeyRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public string Kid { get; set; } = "";
    public string Jwk { get; set; } = "";
    public DateTimeOffset Until { get; set; }
}

/// <summary>When what a move has left behind is to be swept, a marker of a realm that has moved included.</summary>
internal sealed class MoveQueueRow : QueueRow;
