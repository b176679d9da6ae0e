using Npgsql;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Tokens.Store;

/// <summary>
/// Tickets on PostgreSQL in one round trip each, under row-level security and through the write fence as everything else:
/// what they say in a statement by hand is what <see cref="CellDb"/> would say in several.
/// </summary>
internal sealed class PostgresTicketRows : ITicketRows
{
    private readonly NpgsqlDataSource _source;
    private readonly RowMap<TokenRow> _tokens;
    private readonly RowMap<GrantRow> _grants;
    private readonly RowMap<AccountRow> _accounts;
    private readonly TicketSql _sql;

    public PostgresTicketRows(NpgsqlDataSource source, CellStore store)
    {
        using var db = store.Open(RowsOf.Cell);
        (_source, _tokens, _grants, _accounts) = (source, new(db.Model), new(db.Model), new(db.Model));
        _sql = new TicketSql(_tokens, _grants, _accounts, new(db.Model));
    }

    public async Task<FoundTicket?> FindAsync(Realm realm, string referenceId, CancellationToken cancellation)
    {
        await using var batch = _source.CreateBatch();
        // Error barriers stay off: they would end the implicit transaction, and the realm with it, before the query.
        batch.BatchCommands.Add(Command(TicketSql.SetRealm, realm.Id.Value));
        batch.BatchCommands.Add(Command(_sql.Find, realm.Id.Value, referenceId));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new FoundTicket(_tokens.Read(reader, 0)!, _grants.Read(reader, _tokens.Width), _accounts.Read(reader, _tokens.Width + _grants.Width))
            : null;
    }

    public async Task<TicketOutcome> CommitAsync(Realm realm, TicketChange change, CancellationToken cancellation)
    {
        await using var batch = _source.CreateBatch();
        var enter = new NpgsqlBatchCommand(TicketSql.EnterWrite);
        SqlValue.Add(enter.Parameters, realm.Id.Value);
        SqlValue.Add(enter.Parameters, realm.Epoch);
        batch.BatchCommands.Add(enter);
        batch.BatchCommands.Add(_sql.Commit(realm, change));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            var (held, redeemed, written) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
            return change.Redeemed?.AuthorizationId is not null && held == 0 ? TicketOutcome.GrantEnded
                : change is { Redeemed: not null, Once: true } && redeemed == 0 ? TicketOutcome.UsedMeanwhile
                : written == change.Issued.Count + change.Audit.Count ? TicketOutcome.Committed
                : throw new InvalidOperationException("The store took some of a request's rows and not others.");
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.Fenced)
        {
            throw new WriteFencedException(e);
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<string> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            SqlValue.Add(command.Parameters, value);
        }

        return command;
    }
}
