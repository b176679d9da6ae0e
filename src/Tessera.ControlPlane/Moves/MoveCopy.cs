using Tessera.Contracts.Errors;
using Tessera.Contracts.Moves;
using Tessera.ControlPlane.Cells;

namespace Tessera.ControlPlane.Moves;

/// <summary>
/// Carries sealed pages from the source to the target: every table once, and from then on the buckets in which both sides
/// differ. Carrying one twice changes nothing.
/// </summary>
internal sealed class MoveCopy(CellMoves cells, MoveJournal journal)
{
    /// <summary>As few differing buckets as a pause may be begun with.</summary>
    public const int FewBuckets = 8;

    private const int MostRounds = 3;
    private const int MostPages = 1_000_000;

    /// <summary>While the tenant works: everything once, then what differs until little does. Goes on where another mover left off.</summary>
    public async Task<Error?> CopyLiveAsync(MoveWork work, CancellationToken cancellation)
    {
        switch (await cells.SourceDigestAsync(work.Source, work.Move, cancellation))
        {
            case Outcome<MoveDigest>.Refused(var error):
                return error;
            case Outcome<MoveDigest>.Done(var source):
                return await CopyAllAsync(work, source, cancellation) ?? await CatchUpAsync(work, cancellation);
            default:
                return CellErrors.CellRefused();
        }
    }

    /// <summary>Once the source is shut: what still differs, until both sides have the same.</summary>
    public async Task<Error?> CopyRestAsync(MoveWork work, MoveDigest fenced, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            switch (await cells.TargetDigestAsync(work.Target, work.Move, cancellation))
            {
                case Outcome<MoveDigest>.Refused(var error):
                    return error;
                case Outcome<MoveDigest>.Done(var target) when Differences.Between(fenced, target) is { Count: > 0 } differing:
                    if (await CarryAsync(work, differing, cancellation) is { } failure)
                    {
                        return failure;
                    }

                    break;
                default:
                    return null;
            }
        }

        return MoveErrors.CopyDiffers();
    }

    private async Task<Error?> CopyAllAsync(MoveWork work, MoveDigest source, CancellationToken cancellation)
    {
        var move = work.Move;
        move.Tables = source.Tables.Count;
        foreach (var table in source.Tables.SkipWhile(table => move.CopyTable is { } at && table.Table != at))
        {
            if (await CarryAsync(work, new RowsRequest(table.Table, After: table.Table == move.CopyTable ? move.CopyAfter : null), cancellation) is { } failure)
            {
                return failure;
            }

            (move.CopyTable, move.CopyAfter) = (NextOf(source, table.Table), null);
            (move.TablesDone, move.Rows) = (move.TablesDone + 1, move.Rows + table.Rows);
            if (!await journal.NoteAsync(move, cancellation))
            {
                return MoveErrors.Overtaken();
            }

            if (move.CopyTable == Done)
            {
                break;
            }
        }

        return null;
    }

    // Beyond the last table, so that one who takes over copies none again.
    private const string Done = "-";

    private static string NextOf(MoveDigest source, string table) =>
        source.Tables.SkipWhile(known => known.Table != table).Skip(1).FirstOrDefault()?.Table ?? Done;

    private async Task<Error?> CatchUpAsync(MoveWork work, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var source = await cells.SourceDigestAsync(work.Source, work.Move, cancellation);
            if (source is not Outcome<MoveDigest>.Done(var there))
            {
                return source is Outcome<MoveDigest>.Refused(var error) ? error : CellErrors.CellRefused();
            }

            var target = await cells.TargetDigestAsync(work.Target, work.Move, cancellation);
            if (target is not Outcome<MoveDigest>.Done(var here))
            {
                return target is Outcome<MoveDigest>.Refused(var error) ? error : CellErrors.CellRefused();
            }

            var differing = Differences.Between(there, here);
            if (differing.Sum(entry => entry.Buckets!.Count) <= FewBuckets)
            {
                return null;
            }

            if (await CarryAsync(work, differing, cancellation) is { } failure)
            {
                return failure;
            }
        }

        // A tenant that writes this much will have more to carry while it waits; it is tried all the same.
        return null;
    }

    private async Task<Error?> CarryAsync(MoveWork work, IReadOnlyList<RowsRequest> differing, CancellationToken cancellation)
    {
        work.Move.Rounds++;
        foreach (var request in differing)
        {
            if (await CarryAsync(work, request, cancellation) is { } failure)
            {
                return failure;
            }
        }

        return await journal.NoteAsync(work.Move, cancellation) ? null : MoveErrors.Overtaken();
    }

    private async Task<Error?> CarryAsync(MoveWork work, RowsRequest first, CancellationToken cancellation)
    {
        var (move, request) = (work.Move, first);
        for (var page = 0; page < MostPages; page++)
        {
            var read = await cells.ReadRowsAsync(work.Source, move, request, cancellation);
            if (read is not Outcome<SealedRows>.Done(var rows))
            {
                return read is Outcome<SealedRows>.Refused(var error) ? error : CellErrors.CellRefused();
            }

            if (await cells.WriteRowsAsync(work.Target, move, rows.Page, cancellation) is Outcome<byte[]>.Refused(var refusal))
            {
                return refusal;
            }

            (move.Pages, move.Bytes) = (move.Pages + 1, move.Bytes + rows.Page.Length);
            if (rows.Next is null)
            {
                return null;
            }

            request = request with { After = rows.Next };
            if (request.Buckets is null)
            {
                (move.CopyTable, move.CopyAfter) = (request.Table, rows.Next);
                if (move.SeenAt + TimeSpan.FromSeconds(1) < journal.Now && !await journal.NoteAsync(move, cancellation))
                {
                    return MoveErrors.Overtaken();
                }
            }
        }

        return CellErrors.CellRefused();
    }
}
