using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Fuzz.Parsers;

/// <summary>What a move brings: pages and keys of rows, as the mover hands them over and as they are once they are opened.</summary>
internal static class Rows
{
    private static readonly ECDiffieHellman Target = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private static readonly (OwnedTable<AccountRow> Table, TravelColumn[] Key) Accounts = Open();

    public static Parser RowKey { get; } = new("row-key", [typeof(RowKey)], text =>
    {
        if (Cell.Moves.Rows.RowKey.Read(text, Accounts.Key) is { } key)
        {
            Promise.That(Accounts.Table.IsKey(text), "What is a key of the table is one to the table");
            Promise.Same(0, key.CompareTo(Cell.Moves.Rows.RowKey.Read(key.Text(Accounts.Key), Accounts.Key)), "A key is read as it is written");
        }
    });

    public static Parser RowPage { get; } = new("row-page", [typeof(SealedRows), typeof(PageRows), typeof(OwnedTable<>)], text =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Promise.That(SealedRows.Open(Target, bytes) is null, "Nobody seals by chance");
        var header = new PageHeader(new MoveId(Guid.Empty), RealmId.New("eu-central-1"), Accounts.Table.Name, null, null, null);
        foreach (var values in PageRows.Read(bytes, Accounts.Table, header)?.Rows ?? [])
        {
            if (Accounts.Table.Read(values) is { } row)
            {
                Promise.That(row.Username.Length <= 128 && !row.Username.Contains('\0', StringComparison.Ordinal), "A value is such as the model has");
            }
        }
    });

    private static (OwnedTable<AccountRow>, TravelColumn[]) Open()
    {
        var options = new DbContextOptionsBuilder<CellDb>().UseSqlite("Data Source=:memory:").UseSnakeCaseNamingConvention().Options;
        using var db = new CellDb(options, RowsOf.Cell);
        var key = db.Model.FindEntityType(typeof(AccountRow))!.FindPrimaryKey()!.Properties.Where(property => property.Name != nameof(IRealmOwned.RealmId));
        return (new OwnedTable<AccountRow>(db.Model), [.. key.Select(property => new TravelColumn(property))]);
    }
}
