using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Store;

/// <summary>
/// The write fence on SQLite, where no procedure can hold it: a write within a realm asks for the realm's state and epoch in the
/// transaction it is made in. Such a transaction begins with BEGIN IMMEDIATE and has SQLite's one write lock, so whoever shuts
/// the realm has done so before it, or does so after it.
/// </summary>
internal sealed class SqliteFence : DbCommandInterceptor
{
    // Saving changes: always in a transaction (CellDb), for its commands read what they wrote.
    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (eventData.CommandSource == CommandSource.SaveChanges && Writer(eventData) is { } writer)
        {
            await DemandActiveAsync(command, writer, cancellationToken);
        }

        return result;
    }

    // ExecuteUpdate and ExecuteDelete may stand alone: then the statement gets the transaction it lacks.
    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Writes(eventData) && Writer(eventData) is { } writer)
        {
            if (command.Transaction is null)
            {
                await RunAsync(command.Connection!, "BEGIN IMMEDIATE", cancellationToken);
            }

            await DemandActiveAsync(command, writer, cancellationToken); // a refusal fails the command, which rolls it back below
        }

        return result;
    }

    public override async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await EndAsync(command, eventData, "COMMIT");
        return result;
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) =>
        eventData.ExecuteMethod == DbCommandMethod.ExecuteNonQuery ? EndAsync(command, eventData, "ROLLBACK") : Task.CompletedTask;

    private static async Task EndAsync(DbCommand command, CommandEventData eventData, string how)
    {
        if (command.Transaction is null && Writes(eventData) && Writer(eventData) is not null)
        {
            await RunAsync(command.Connection!, how, CancellationToken.None);
        }
    }

    private static bool Writes(CommandEventData eventData) =>
        eventData.CommandSource is CommandSource.SaveChanges or CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete or CommandSource.ExecuteSqlRaw;

    private static (RealmId Realm, long Epoch)? Writer(CommandEventData eventData) =>
        eventData.Context is CellDb { Scope: { Realm: { } realm, Epoch: { } epoch } } ? (realm, epoch) : null;

    private static async Task DemandActiveAsync(DbCommand write, (RealmId Realm, long Epoch) writer, CancellationToken cancellation)
    {
        await using var command = write.Connection!.CreateCommand();
        command.Transaction = write.Transaction;
        command.CommandText = "SELECT count(*) FROM realms WHERE realm_id = $realm AND epoch = $epoch AND state = 'active'";
        Add(command, "$realm", writer.Realm.Value);
        Add(command, "$epoch", writer.Epoch);
        if (await command.ExecuteScalarAsync(cancellation) is not 1L)
        {
            throw new WriteFencedException($"Realm {writer.Realm} is not active at epoch {writer.Epoch}.");
        }
    }

    private static async Task RunAsync(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
