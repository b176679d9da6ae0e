using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Tessera.Cell.Keys;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Moves.Rows;

/// <summary>
/// The realm's own row, of which only what belongs to the realm travels: its pool, its epoch and how it stands are each cell's.
/// Its ticket secret is opened for the journey, which is sealed, and sealed again under the key of the cell it comes to.
/// </summary>
internal sealed class RealmTable : TravelTable
{
    /// <summary>What travels; the rest is each cell's own.</summary>
    public static readonly string[] Travels = [nameof(RealmRow.DisplayName), nameof(RealmRow.SignInHost), nameof(RealmRow.State), nameof(RealmRow.TicketSecret), nameof(RealmRow.FormerKeysUntil)];

    /// <summary>Whose realm it is, where it is and how far its moves have come: said by the steps of the move.</summary>
    public static readonly string[] Stays = [nameof(RealmRow.RealmId), nameof(RealmRow.PoolId), nameof(RealmRow.TenantId), nameof(RealmRow.Epoch), nameof(RealmRow.MoveId), nameof(RealmRow.MovedTo)];

    private const string Key = "[\"realm\"]";
    private readonly TravelColumn[] _columns;

    public RealmTable(IModel model)
    {
        var entity = model.FindEntityType(typeof(RealmRow))!;
        Name = entity.GetTableName()!;
        _columns = [.. Travels.Select(name => new TravelColumn(entity.FindProperty(name)!))];
    }

    public override string Name { get; }

    public override IReadOnlyList<string> Columns => [.. _columns.Select(column => column.Name)];

    public override bool IsKey(string text) => text == Key;

    public override string KeyOfNote(string note) => throw new InvalidOperationException("No note is taken of the realm's own row.");

    public override async Task<List<RowText>> ReadAsync(Travel travel, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        keys.Contains(Key) ? (await ReadAsync(travel, new RowsRange(null, null, null), cancellation)).Rows : [];

    public override async Task<(List<RowText> Rows, string? UpTo)> ReadAsync(Travel travel, RowsRange range, CancellationToken cancellation)
    {
        if (!range.Has(Key) || range.After is not null)
        {
            return ([], null);
        }

        var row = await travel.Db.Realms.AsNoTracking().SingleAsync(cancellation);
        row.TicketSecret = TicketKeys.Unseal(travel.Keys, travel.Realm, row.TicketSecret);
        row.State = travel.Move.Resume.Length > 0 ? travel.Move.Resume : row.State; // as it was before, and will be after
        return ([new RowText(Key, Values(row, _columns))], null);
    }

    public override async Task<string?> WriteAsync(Travel travel, RowsRange range, IReadOnlyList<JsonElement> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0 && !range.Has(Key))
        {
            return null;
        }

        var coming = new RealmRow();
        if (rows.Count != 1 || !TryRead(rows[0], _columns, coming) || !IsState(coming.State) || coming.TicketSecret.Length != TicketKeys.Size)
        {
            return "The realm's row is none.";
        }

        var row = await travel.Db.Realms.SingleAsync(cancellation);
        travel.Move.Resume = coming.State;
        (row.DisplayName, row.SignInHost, row.FormerKeysUntil) = (coming.DisplayName, coming.SignInHost, coming.FormerKeysUntil);
        row.TicketSecret = TicketKeys.Reseal(travel.Keys, travel.Realm, coming.TicketSecret);
        await travel.Db.SaveChangesAsync(cancellation);
        return null;
    }

    private static bool IsState(string state) => state is RealmState.Active or RealmState.Suspended;
}
