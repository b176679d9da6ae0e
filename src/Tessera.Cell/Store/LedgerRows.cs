namespace Tessera.Cell.Store;

/// <summary>A row of the ledger that is kept of a realm while a move has it in hand: each cell's own, and gone with the move.</summary>
internal interface ILedgerRow : IRealmOwned
{
    string TableName { get; set; }
}

/// <summary>One table of a moving realm. As long as there is one of a realm, every write to its rows is noted by the store itself.</summary>
internal sealed class LedgerTableRow : ILedgerRow
{
    public string RealmId { get; set; } = "";
    public string TableName { get; set; } = "";

    /// <summary>How many rows there are, and the sums of their hashes.</summary>
    public long Rows { get; set; }
    public byte[] Sums { get; set; } = [];

    /// <summary>Up to which key the rows are in the ledger; absent before the first and once all are.</summary>
    public string? BuiltUpTo { get; set; }
    public bool IsBuilt { get; set; }
}

/// <summary>What is known of one row.</summary>
internal sealed class LedgerEntryRow : ILedgerRow
{
    public string RealmId { get; set; } = "";
    public string TableName { get; set; } = "";
    public string RowKey { get; set; } = "";

    /// <summary>SHA-256 of its values; absent of a row that has gone.</summary>
    public byte[]? Hash { get; set; }

    /// <summary>Grows with every change that was seen; 0 of a row that has not changed since the ledger was begun.</summary>
    public long Mark { get; set; }
}

/// <summary>A write that is not yet in the ledger: made by the store's triggers, in the transaction of the write.</summary>
internal sealed class LedgerChangeRow : ILedgerRow
{
    public string RealmId { get; set; } = "";
    public long Number { get; set; }
    public string TableName { get; set; } = "";

    /// <summary>As the store writes keys: a JSON array of texts.</summary>
    public string RowKey { get; set; } = "";
}
