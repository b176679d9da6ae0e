using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Tessera.Cell.Store;

namespace Tessera.Cell.Moves.Rows;

/// <summary>The rows of one type, as the model has them: a column that is added travels too.</summary>
internal sealed class OwnedTable<TRow> : TravelTable
    where TRow : class, IRealmOwned, new()
{
    private const int Batch = 1_000;
    private readonly TravelColumn[] _columns;
    private readonly TravelColumn[] _key;
    private readonly KeyRange _range;
    private readonly Ties<TRow> _ties;

    public OwnedTable(IModel model, Ties<TRow>? ties = null)
    {
        var entity = model.FindEntityType(typeof(TRow)) ?? throw new InvalidOperationException($"{typeof(TRow).Name} is not in the model.");
        Name = entity.GetTableName()!;
        _columns = [.. entity.GetProperties().Where(property => property.Name != nameof(IRealmOwned.RealmId)).Select(property => new TravelColumn(property))];
        var key = entity.FindPrimaryKey()!.Properties.Where(property => property.Name != nameof(IRealmOwned.RealmId)).ToList();
        _key = [.. key.Select(property => new TravelColumn(property))];
        _range = new KeyRange(Name, key);
        _ties = ties ?? new();
    }

    public override string Name { get; }

    public override IReadOnlyList<string> Columns => [.. _columns.Select(column => column.Name)];

    public override bool IsKey(string text) => RowKey.Read(text, _key) is not null;

    public override string KeyOfNote(string note) => RowKey.ReadNote(note, _key).Text(_key);

    public override async Task<List<RowText>> ReadAsync(Travel travel, IReadOnlyList<string> keys, CancellationToken cancellation) =>
        [.. (await Those(travel, keys).AsNoTracking().ToListAsync(cancellation)).Select(Text)];

    public override async Task<(List<RowText> Rows, string? UpTo)> ReadAsync(Travel travel, RowsRange range, CancellationToken cancellation)
    {
        var (page, size, after) = (new List<RowText>(), 0, range.After is null ? null : RowKey.Read(range.After, _key));
        while (true)
        {
            var batch = await _range.Of<TRow>(travel, after, null, Batch).AsNoTracking().ToListAsync(cancellation);
            foreach (var (key, row) in batch.Select(row => (Key(row), row)).OrderBy(entry => entry.Item1))
            {
                after = key;
                var text = Text(row);
                if (!range.Has(text.Key))
                {
                    continue;
                }

                page.Add(text);
                if ((size += text.Values.Length) >= PageBytes)
                {
                    return (page, text.Key);
                }
            }

            if (batch.Count < Batch)
            {
                return (page, null);
            }
        }
    }

    public override async Task<string?> WriteAsync(Travel travel, RowsRange range, IReadOnlyList<JsonElement> rows, CancellationToken cancellation)
    {
        var coming = new Dictionary<string, TRow>(rows.Count);
        foreach (var values in rows)
        {
            if (Read(values) is not { } row || Text(row).Key is var key && (!IsWithin(range, key) || !coming.TryAdd(key, row)))
            {
                return $"A row of {Name} is none, or not of the page's part of the table.";
            }
        }

        var db = travel.Db;
        var here = await HereAsync(travel, range, cancellation);
        foreach (var rival in await _ties.Rivals(db, [.. coming.Values]).AsNoTracking().ToListAsync(cancellation))
        {
            here.TryAdd(Text(rival).Key, rival);
        }

        var gone = here.Where(entry => !coming.ContainsKey(entry.Key)).Select(entry => entry.Value).ToList();
        await _ties.Cut(db, gone, cancellation);
        db.RemoveRange(gone);
        foreach (var row in await _ties.Attached(db, [.. coming.Values], cancellation))
        {
            if (here.TryGetValue(Text(row).Key, out var old))
            {
                Change(db, old, row);
            }
            else
            {
                db.Add(row);
            }
        }

        await db.SaveChangesAsync(cancellation);
        return null;
    }

    private async Task<Dictionary<string, TRow>> HereAsync(Travel travel, RowsRange range, CancellationToken cancellation)
    {
        var here = new Dictionary<string, TRow>();
        var (after, upTo) = (range.After is null ? null : RowKey.Read(range.After, _key), range.UpTo is null ? null : RowKey.Read(range.UpTo, _key));
        var rows = range.Keys is { } keys ? Those(travel, keys) : _range.Of<TRow>(travel, after, upTo, null);
        await foreach (var row in rows.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var key = Text(row).Key;
            if (range.Has(key))
            {
                here.Add(key, row);
            }
        }

        return here;
    }

    private IQueryable<TRow> Those(Travel travel, IEnumerable<string> keys) => _range.Of<TRow>(travel, keys.Select(key => RowKey.Read(key, _key)!));

    private bool IsWithin(RowsRange range, string key)
    {
        var parsed = RowKey.Read(key, _key)!;
        return range.Has(key)
            && (range.After is null || parsed.CompareTo(RowKey.Read(range.After, _key)) > 0)
            && (range.UpTo is null || parsed.CompareTo(RowKey.Read(range.UpTo, _key)) <= 0);
    }

    private void Change(CellDb db, TRow old, TRow row)
    {
        db.Attach(old);
        foreach (var column in _columns)
        {
            column.Set(old, column.Get(row));
        }
    }

    /// <summary>The row, if these are the values of one.</summary>
    public TRow? Read(JsonElement values)
    {
        var row = new TRow();
        return TryRead(values, _columns, row) ? row : null;
    }

    private RowKey Key(TRow row) => new([.. _key.Select(column => column.Get(row)!)]);

    private RowText Text(TRow row) => new(Key(row).Text(_key), Values(row, _columns));
}
