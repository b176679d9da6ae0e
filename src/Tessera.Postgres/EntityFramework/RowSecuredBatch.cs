using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using Npgsql;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.EntityFramework;

/// <summary>
/// The commands of one SaveChanges, behind the statements that put the scope in force. The provider's own batch would take
/// the prefix's row count for the first command's, report a false conflict, and have committed the row by then.
/// </summary>
internal sealed class RowSecuredBatch(ModificationCommandBatchFactoryDependencies dependencies, int size)
    : ReaderModificationCommandBatch(dependencies, size)
{
    public override bool TryAddCommand(IReadOnlyModificationCommand modificationCommand) =>
        modificationCommand.StoreStoredProcedure is null
            ? base.TryAddCommand(modificationCommand)
            : throw new NotSupportedException("A row-secured context does not map entities to stored procedures.");

    public override async Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.ExecuteAsync(connection, cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is WriteFencedException)
        {
            // A fence is no fault of these entities, and "catch (DbUpdateException)" must not swallow it.
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    protected override void Consume(RelationalDataReader reader) =>
        throw new NotSupportedException("A row-secured context is asynchronous: call SaveChangesAsync.");

    protected override async Task ConsumeAsync(RelationalDataReader reader, CancellationToken cancellationToken = default)
    {
        var results = (NpgsqlDataReader)reader.DbDataReader;
        var prefix = results.Statements.Count - ModificationCommands.Count;
        if (prefix < 1)
        {
            throw new InvalidOperationException("The batch ran without its row scope.");
        }

        var index = 0;
        try
        {
            for (; index < ModificationCommands.Count; index++)
            {
                var command = ModificationCommands[index];
                var affected = ReturnsValues(command)
                    ? await PropagateAsync(command, reader, results, cancellationToken)
                    : results.Statements[index + prefix].Rows > 0;
                if (!affected)
                {
                    await ReportConflictAsync(command, cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is not DbUpdateException and not OperationCanceledException)
        {
            throw new DbUpdateException("The database refused a change; the inner exception says why.", e, ModificationCommands[Math.Min(index, ModificationCommands.Count - 1)].Entries);
        }
    }

    private static bool ReturnsValues(IReadOnlyModificationCommand command)
    {
        foreach (var column in command.ColumnModifications)
        {
            if (column.IsRead)
            {
                return true;
            }
        }

        return false;
    }

    // Moving on also reads the row counts of the commands up to the next result set.
    private static async Task<bool> PropagateAsync(
        IReadOnlyModificationCommand command, RelationalDataReader reader, NpgsqlDataReader results, CancellationToken cancellation)
    {
        var found = await reader.ReadAsync(cancellation);
        if (found)
        {
            command.PropagateResults(reader);
        }

        await results.NextResultAsync(cancellation);
        return found;
    }

    private async Task ReportConflictAsync(IReadOnlyModificationCommand command, CancellationToken cancellation)
    {
        var conflict = new DbUpdateConcurrencyException(
            "The row was changed or deleted meanwhile, or is not within reach of this scope.", command.Entries);
        var result = await Dependencies.UpdateLogger.OptimisticConcurrencyExceptionAsync(
            Dependencies.CurrentContext.Context, command.Entries, conflict, createEventData: null, cancellation);
        if (!result.IsSuppressed)
        {
            throw conflict;
        }
    }
}
