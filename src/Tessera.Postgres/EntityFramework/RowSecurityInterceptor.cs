using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.EntityFramework;

/// <summary>
/// Gives every command its scope. A read is run here, as one batch of <c>set_config</c> and query. A write keeps EF Core's
/// own command and gains a prefix; <see cref="RowSecuredBatch"/> knows of it when it counts rows. The prefix goes on each
/// write, not once per transaction: ROLLBACK TO undoes a setting.
/// </summary>
internal sealed class RowSecurityInterceptor : DbCommandInterceptor
{
    private readonly KnownSettings _known = new();

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        switch (eventData.CommandSource.Use())
        {
            case CommandUse.Read when !result.HasResult:
                var settings = _known.Complete(Secured(eventData).RowScope);
                return settings.Count == 0
                    ? result
                    : InterceptionResult<DbDataReader>.SuppressWithResult(await ScopedRead.RunAsync((NpgsqlCommand)command, settings, cancellationToken));
            case CommandUse.Write:
                Enter(command, eventData);
                return result;
            default:
                return result;
        }
    }

    // SaveChanges alone reads a write's results; a settings prefix has put a result set of its own before them.
    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (eventData.CommandSource.Use() == CommandUse.Write && ScopeSql.StartsWithSettings(command.CommandText))
        {
            await ScopedRead.SkipSettingsAsync(result, cancellationToken);
        }

        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.CommandSource.Use() != CommandUse.Housekeeping)
        {
            Enter(command, eventData);
        }

        return new(result);
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) =>
        eventData.Exception is PostgresException { SqlState: SqlStates.Fenced } fenced
            ? throw new WriteFencedException(fenced)
            : Task.CompletedTask;

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
        eventData.CommandSource.Use() == CommandUse.Housekeeping ? result : throw Synchronous();

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) =>
        eventData.CommandSource.Use() == CommandUse.Housekeeping ? result : throw Synchronous();

    private void Enter(DbCommand command, CommandEventData eventData)
    {
        var context = Secured(eventData);
        var scope = context.RowScope ?? throw new RowScopeNotSetException(context.GetType().Name);
        var settings = _known.Complete(scope);
        if (scope.Write is { } entry)
        {
            ScopeSql.PrependEntry((NpgsqlCommand)command, entry);
        }

        if (scope.Write is null || settings.Count > scope.Settings.Count)
        {
            ScopeSql.PrependSettings((NpgsqlCommand)command, settings);
        }
    }

    private static IRowSecured Secured(CommandEventData eventData) => eventData.Context as IRowSecured
        ?? throw new InvalidOperationException($"{eventData.Context?.GetType().Name ?? "The context"} uses row-level security and must be {nameof(IRowSecured)}.");

    private static NotSupportedException Synchronous() =>
        new("A row-secured context is asynchronous: call ToListAsync, SaveChangesAsync and their like.");
}
