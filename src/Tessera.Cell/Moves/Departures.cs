using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves;

/// <summary>A move at the cell the realm leaves, up to the fence: begun, and its rows told while it goes on serving.</summary>
internal sealed class Departures(CellStore store, CellKeys keys, RealmLookup realms, TravellingTables tables, RowLedger ledger, MoveAnswers answers)
{
    public async Task<MoveResult> BeginAsync(RealmId realm, MoveId move, TenantId tenant, DepartureSpec spec, CancellationToken cancellation)
    {
        if (ReadPoint(spec.SealingKey) is not { } point)
        {
            return MoveRefusal.SealingKey;
        }

        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var row = await KnownMove.AnyAsync(hold.Db, move, cancellation);
        if (row is not null)
        {
            return (KnownMove.RefusalOf(row, tenant, MoveStates.Source) ?? MoveRules.SameDeparture(row, spec, point)) is { } refusal ? refusal : answers.Standing(row);
        }

        if (await hold.Db.Realms.SingleOrDefaultAsync(cancellation) is not { } leaving)
        {
            return Control.ServiceDoor.NoRealm;
        }

        if ((MoveRules.OwnedBy(leaving, tenant) ?? MoveRules.InNoHand(leaving) ?? MoveRules.LivesHere(leaving) ?? MoveRules.AtEpoch(leaving, spec.Epoch)) is { } refused)
        {
            return refused;
        }

        row = new MoveRow
        {
            MoveId = move.Value, TenantId = tenant.Value, Role = MoveStates.Source, State = MoveStates.Copying, Epoch = spec.Epoch + 1, ToCell = spec.To.Value, Key = point,
        };
        hold.Db.Moves.Add(row);
        leaving.MoveId = move.Value;
        await RowLedger.EndAsync(hold.Db, cancellation);
        ledger.Begin(hold.Db);
        await hold.CommitAsync(cancellation);
        Forget(leaving);
        return answers.Standing(row);
    }

    public async Task<MoveResult> RowsAsync(RealmId realm, MoveId move, TenantId tenant, RowsRequest asked, CancellationToken cancellation)
    {
        if (tables.Find(asked.Table) is not { } table || !AreBuckets(asked.Buckets) || !IsAfter(table, asked, out var after))
        {
            return MoveRefusal.Table;
        }

        await using var db = store.OpenForMany(RowsOf.InRealm(realm, epoch: 0));
        var (row, refusal) = await KnownMove.FindAsync(db, move, tenant, MoveStates.Source, cancellation);
        if (row is null || (refusal ??= MoveRules.InState(row, MoveStates.Copying, MoveStates.Fenced)) is not null)
        {
            return refusal!;
        }

        var travel = new Travel(db, realm, row, keys);
        if (asked.Since is { } since && tables.Noted.Contains(table))
        {
            return await ChangedAsync(travel, table, Math.Max(since, ReadMark(after)), cancellation);
        }

        var (rows, upTo) = await table.ReadAsync(travel, new RowsRange(asked.Buckets, after, null), cancellation);
        return Seal(travel, table, new PageHeader(move, realm, table.Name, asked.Buckets, after, upTo), Write(table, rows), upTo);
    }

    // By the ledger as it was when it was last told; the rows as they are now.
    private static async Task<MoveResult> ChangedAsync(Travel travel, TravelTable table, long since, CancellationToken cancellation)
    {
        var header = new PageHeader(new MoveId(travel.Move.MoveId), travel.Realm, table.Name, null, null, null);
        var (keys, rows, upTo) = await RowLedger.ChangedAsync(travel, table, since, cancellation);
        return Seal(travel, table, header, Write(table, rows, keys), upTo is { } mark ? WriteMark(mark) : null);
    }

    private static MoveResult.Page Seal(Travel travel, TravelTable table, PageHeader header, byte[] rows, string? next) =>
        new(SealedRows.Seal(travel.Move.Key, header, rows), next is null ? null : System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(next)));

    public async Task<MoveResult> DigestAsync(RealmId realm, MoveId move, TenantId tenant, CancellationToken cancellation)
    {
        await using var db = store.OpenForMany(RowsOf.Founding(realm));
        var (row, refusal) = await KnownMove.FindAsync(db, move, tenant, MoveStates.Source, cancellation);
        return row is null || (refusal ??= MoveRules.InState(row, MoveStates.Copying, MoveStates.Fenced)) is not null
            ? refusal!
            : await answers.DigestAsync(new Travel(db, realm, row, keys), cancellation);
    }

    private void Forget(RealmRow row)
    {
        if (RealmId.TryParse(row.RealmId, out var id))
        {
            realms.Forget(id, row.SignInHost);
        }
    }

    private static byte[]? ReadPoint(string text)
    {
        try
        {
            var point = StrictBase64Url.Decode(text);
            SealedRows.Import(point ?? []).Dispose();
            return point;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool AreBuckets(IReadOnlyList<int>? buckets) =>
        buckets is null || buckets.Count is > 0 and <= MoveDigest.Buckets && buckets.All(bucket => bucket is >= 0 and < MoveDigest.Buckets);

    // Of a table the last page ended with a key, and of what has changed in it with a mark.
    private static bool IsAfter(TravelTable table, RowsRequest asked, out string? after)
    {
        after = asked.After is null ? null : StrictBase64Url.Decode(asked.After) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        return after is null || (asked.Since is null ? table.IsKey(after) : ReadMark(after) > 0);
    }

    private static string WriteMark(long mark) => mark.ToString(CultureInfo.InvariantCulture);

    private static long ReadMark(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : 0;

    private static byte[] Write(TravelTable table, List<RowText> rows, IReadOnlyList<string>? keys = null)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (var column in table.Columns)
            {
                json.WriteStringValue(column);
            }

            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var row in rows)
            {
                json.WriteRawValue(row.Values, skipInputValidation: true);
            }

            json.WriteEndArray();
            if (keys is not null)
            {
                json.WriteStartArray("keys");
                foreach (var key in keys)
                {
                    json.WriteStringValue(key);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
