using Tessera.Cell.Store;

namespace Tessera.Cell.Audit;

/// <summary>Audit rows of one request that are recorded and not yet committed. Whatever the request commits next takes them along.</summary>
internal sealed class PendingAudit
{
    private readonly List<AuditRow> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    public void Add(AuditRow row) => _rows.Add(row);

    /// <summary>Hands the rows over to who is about to commit them.</summary>
    public AuditRow[] Take()
    {
        var rows = _rows.ToArray();
        _rows.Clear();
        return rows;
    }
}
