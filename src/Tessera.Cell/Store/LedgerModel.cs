using Microsoft.EntityFrameworkCore;

namespace Tessera.Cell.Store;

/// <summary>Tables, keys and lengths of the ledger of moving realms.</summary>
internal static class LedgerModel
{
    // What a row is known by: at most three values of a table's key, as JSON.
    private const int LongestKey = 512;

    public static void Configure(ModelBuilder model)
    {
        model.Entity<LedgerTableRow>(table =>
        {
            table.ToTable("ledger_tables").HasKey(row => new { row.RealmId, row.TableName });
            table.Property(row => row.BuiltUpTo).HasMaxLength(LongestKey);
        });
        model.Entity<LedgerEntryRow>(entry =>
        {
            entry.ToTable("ledger_entries").HasKey(row => new { row.RealmId, row.TableName, row.RowKey });
            entry.HasIndex(row => new { row.RealmId, row.TableName, row.Mark });
            entry.Property(row => row.RowKey).HasMaxLength(LongestKey);
        });
        model.Entity<LedgerChangeRow>(change =>
        {
            change.ToTable("ledger_changes").HasKey(row => row.Number); // given by the store, and so nobody's to choose
            change.HasIndex(row => new { row.RealmId, row.Number });
        });
        foreach (var row in new[] { typeof(LedgerTableRow), typeof(LedgerEntryRow), typeof(LedgerChangeRow) })
        {
            model.Entity(row).Property(nameof(ILedgerRow.RealmId)).HasMaxLength(55);
            model.Entity(row).Property(nameof(ILedgerRow.TableName)).HasMaxLength(64);
        }
    }
}
