using Tessera.Contracts.Errors;
using Tessera.Contracts.Moves;
using Tessera.ControlPlane.Cells;

namespace Tessera.ControlPlane.Moves;

/// <summary>
/// Carries sealed pages from the source to the target: every table once, from then on the rows that have changed, and the
/// buckets in which both sides differ all the same. Carrying one twice changes nothing.
/// </summary>
internal sealed class MoveCopy(CellMoves cells, MoveJournal journal)
{
    /// <summary>As few changed rows as a pause may be begun with.</summary>
    public const int FewChanges = 100;

    private const int MostRounds = 6;
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
                    if (await CarryAsync(work, fenced, differing, cancellation) is { } failure)
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
        for (var (round, before) = (0, long.MaxValue); round < MostRounds; round++)
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
            var changed = there.Mark - work.Move.CopyMark;
            if ((changed <= FewChanges || changed > before / 2) && AreOfChanges(work.Move, there, differing))
            {
                return null; // or as few as there will ever be: a round takes its time, and the tenant works
            }

            before = changed;

            if (await CarryAsync(work, there, differing, cancellation) is { } failure)
            {
                return failure;
            }
        }

        return null; // what still differs has another cause, and is looked for while nobody writes
    }

    // Each row that has changed is in one bucket, and the realm's own row in another: what differs beyond that has another cause.
    private static bool AreOfChanges(MoveRow move, MoveDigest source, IReadOnlyList<RowsRequest> differing) =>
        differing.Sum(request => request.Buckets!.Count) <= source.Mark - move.CopyMark + 1;

    private async Task<Error?> CarryAsync(MoveWork work, MoveDigest source, IReadOnlyList<RowsRequest> differing, CancellationToken cancellation)
    {
        var move = work.Move;
        move.Rounds++;
        var byChange = source.Mark > move.CopyMark && AreOfChanges(move, source, differing);
        foreach (var request in differing)
        {
            if (await CarryAsync(work, byChange ? request with { Buckets = null, Since = move.CopyMark } : request, cancellation) is { } failure)
            {
                return failure;
            }
        }

        move.CopyMark = byChange ? source.Mark : move.CopyMark;
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
            if (request is { Buckets: null, Since: null })
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
