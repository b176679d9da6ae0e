using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves.Ledger;

/// <summary>
/// What a cell knows of a moving realm's rows without reading them again: a hash of each, their sums, and which have changed.
/// From <see cref="Begin"/> on the store notes every write; the rows are gone through once, a part at a time, and from then on
/// only those that were written. So how long a realm is shut does not grow with its rows.
/// </summary>
internal sealed class RowLedger(TravellingTables tables)
{
    private const int Batch = 1_000;
    private const int InPage = 500;

    /// <summary>Writes are noted from the commit on. The realm is held: a write in flight would be missed.</summary>
    public void Begin(CellDb db) => db.LedgerTables.AddRange(tables.Noted.Select(table => new LedgerTableRow { TableName = table.Name }));

    /// <summary>Nothing is noted any more, and what was is forgotten.</summary>
    public static async Task EndAsync(CellDb db, CancellationToken cancellation)
    {
        await db.LedgerTables.ExecuteDeleteAsync(cancellation);
        await db.LedgerEntries.ExecuteDeleteAsync(cancellation);
        await db.LedgerChanges.ExecuteDeleteAsync(cancellation);
    }

    public static Task<bool> IsBegunAsync(CellDb db, CancellationToken cancellation) => db.LedgerTables.AnyAsync(cancellation);

    /// <summary>
    /// Brings the ledger up to date and tells what stands, in the transaction in hand or in short ones of its own. Of a realm that
    /// is shut or held it is what stands; of one that is written to meanwhile, what stood a moment ago.
    /// </summary>
    public async Task<MoveDigest> DigestAsync(Travel travel, CellId cell, CancellationToken cancellation)
    {
        Page page;
        do
        {
            page = await StepAsync(travel, cancellation);
        }
        while (page.GoesOn);

        var digests = new List<TableDigest>(tables.All.Count);
        foreach (var table in tables.All)
        {
            digests.Add(page.Tables.TryGetValue(table.Name, out var known) ? new RowSums(known.Sums, known.Rows).ToDigest(table.Name) : await ReadAsync(table, travel, cancellation));
        }

        return new MoveDigest(new(travel.Move.MoveId), cell, digests, page.Mark);
    }

    /// <summary>
    /// As many keys that have changed or gone since a mark as make a page, in the order in which they were seen to, with those of
    /// the rows that are there; and up to which mark, if there are more.
    /// </summary>
    public static async Task<(List<string> Keys, List<RowText> Rows, long? UpTo)> ChangedAsync(Travel travel, TravelTable table, long since, CancellationToken cancellation)
    {
        var changed = await travel.Db.LedgerEntries.AsNoTracking().Where(entry => entry.TableName == table.Name && entry.Mark > since)
            .OrderBy(entry => entry.Mark).Take(InPage).Select(entry => new { entry.RowKey, entry.Mark }).ToListAsync(cancellation);
        var there = (await table.ReadAsync(travel, changed.ConvertAll(entry => entry.RowKey), cancellation)).ToDictionary(row => row.Key);
        var (keys, rows, size) = (new List<string>(), new List<RowText>(), 0);
        foreach (var entry in changed)
        {
            keys.Add(entry.RowKey);
            if (!there.TryGetValue(entry.RowKey, out var row))
            {
                continue;
            }

            rows.Add(row);
            if ((size += row.Values.Length) >= TravelTable.PageBytes)
            {
                return (keys, rows, entry.Mark);
            }
        }

        return (keys, rows, changed.Count == InPage ? changed[^1].Mark : null);
    }

    /// <summary>Where the ledger is: its tables, the last mark it gave, and whether there is more to do.</summary>
    private sealed record Page(Dictionary<string, LedgerTableRow> Tables, long Mark, bool GoesOn);

    // Two movers that ask at once take turns: the move's own row is locked first, and everything is read after that.
    private async Task<Page> StepAsync(Travel travel, CancellationToken cancellation)
    {
        var db = travel.Db;
        await using var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        await db.Moves.Where(row => row.MoveId == travel.Move.MoveId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Mark, row => row.Mark), cancellation);
        var mark = await db.Moves.Where(row => row.MoveId == travel.Move.MoveId).Select(row => row.Mark).SingleAsync(cancellation);
        var page = new Page(await db.LedgerTables.AsNoTracking().ToDictionaryAsync(row => row.TableName, cancellation), mark, GoesOn: true);
        page = page.Tables.Values.FirstOrDefault(table => !table.IsBuilt) is { } part
            ? await BuildAsync(travel, page, part, cancellation)
            : await CatchUpAsync(travel, page, cancellation);
        if (own is not null)
        {
            await own.CommitAsync(cancellation);
        }

        return page;
    }

    // The next part of the rows that are not in it yet. A row that is written meanwhile is noted, and looked at again.
    private async Task<Page> BuildAsync(Travel travel, Page page, LedgerTableRow part, CancellationToken cancellation)
    {
        var (rows, upTo) = await tables.Find(part.TableName)!.ReadAsync(travel, new RowsRange(null, part.BuiltUpTo, null), cancellation);
        var sums = new RowSums(part.Sums, part.Rows);
        var entries = rows.ConvertAll(row => new LedgerEntryRow { TableName = part.TableName, RowKey = row.Key, Hash = SHA256.HashData(row.Values) });
        foreach (var (row, entry) in rows.Zip(entries))
        {
            sums.Add(row.Bucket, entry.Hash);
        }

        (part.BuiltUpTo, part.IsBuilt) = (upTo, upTo is null);
        await SaveAsync(travel.Db, part, sums, entries, [], cancellation);
        return page;
    }

    // What was written is read again, after the notes that say so: a write that is missed here has a note of its own.
    private async Task<Page> CatchUpAsync(Travel travel, Page page, CancellationToken cancellation)
    {
        var db = travel.Db;
        var changes = await db.LedgerChanges.AsNoTracking().OrderBy(change => change.Number).Take(Batch).ToListAsync(cancellation);
        var mark = page.Mark;
        foreach (var written in changes.GroupBy(change => change.TableName))
        {
            mark = await CatchUpAsync(travel, page.Tables[written.Key], [.. written.Select(change => change.RowKey).Distinct()], mark, cancellation);
        }

        if (changes.Count > 0)
        {
            var numbers = changes.Select(change => change.Number).ToList();
            await db.LedgerChanges.Where(change => numbers.Contains(change.Number)).ExecuteDeleteAsync(cancellation);
            await db.Moves.Where(row => row.MoveId == travel.Move.MoveId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Mark, mark), cancellation);
        }

        return page with { Mark = mark, GoesOn = changes.Count == Batch };
    }

    private async Task<long> CatchUpAsync(Travel travel, LedgerTableRow part, IReadOnlyList<string> written, long mark, CancellationToken cancellation)
    {
        var table = tables.Find(part.TableName)!;
        var keys = written.Select(table.KeyOfNote).ToList();
        var rows = (await table.ReadAsync(travel, keys, cancellation)).ToDictionary(row => row.Key);
        var known = await travel.Db.LedgerEntries.AsNoTracking()
            .Where(entry => entry.TableName == table.Name && keys.Contains(entry.RowKey)).ToDictionaryAsync(entry => entry.RowKey, cancellation);
        var (sums, changed, added) = (new RowSums(part.Sums, part.Rows), new List<LedgerEntryRow>(), new List<LedgerEntryRow>());
        foreach (var key in keys)
        {
            var (had, hash) = (known.GetValueOrDefault(key), rows.TryGetValue(key, out var row) ? SHA256.HashData(row.Values) : null);
            if (had?.Hash.AsSpan().SequenceEqual(hash) ?? hash is null)
            {
                continue;
            }

            Replace(sums, RowText.BucketOf(key), had?.Hash, hash);
            (had is null ? added : changed).Add(new LedgerEntryRow { RealmId = travel.Realm.Value, TableName = table.Name, RowKey = key, Hash = hash, Mark = ++mark });
        }

        await SaveAsync(travel.Db, part, sums, added, changed, cancellation);
        return mark;
    }

    private static void Replace(RowSums sums, int bucket, byte[]? old, byte[]? now)
    {
        if (old is not null)
        {
            sums.Remove(bucket, old);
        }

        if (now is not null)
        {
            sums.Add(bucket, now);
        }
    }

    private static async Task SaveAsync(CellDb db, LedgerTableRow part, RowSums sums, List<LedgerEntryRow> added, List<LedgerEntryRow> changed, CancellationToken cancellation)
    {
        (part.Sums, part.Rows) = (sums.ToArray(), sums.Rows);
        db.LedgerTables.Update(part);
        db.LedgerEntries.AddRange(added);
        db.LedgerEntries.UpdateRange(changed);
        await db.SaveChangesAsync(cancellation);
        foreach (var row in (IEnumerable<ILedgerRow>)[part, .. added, .. changed])
        {
            db.Entry(row).State = EntityState.Detached; // a context that goes through many rows keeps none of them
        }
    }

    // The realm's own row, which is one.
    private static async Task<TableDigest> ReadAsync(TravelTable table, Travel travel, CancellationToken cancellation)
    {
        var sums = new RowSums([]);
        foreach (var row in (await table.ReadAsync(travel, new RowsRange(null, null, null), cancellation)).Rows)
        {
            sums.Add(row.Bucket, SHA256.HashData(row.Values));
        }

        return sums.ToDigest(table.Name);
    }
}
