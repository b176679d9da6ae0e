using Microsoft.EntityFrameworkCore;

namespace Tessera.ControlPlane.Store;

/// <summary>
/// The one way to the directory. Every unit of work is a transaction with a scope; every change takes the next revision
/// first, which puts changes in one order, and leaves an audit row with it or does not happen.
/// </summary>
internal sealed class DirectoryStore(IStoreEngine engine, CommitSignal committed, TimeProvider time)
{
    private const string NextRevision = "UPDATE directory_revision SET revision = revision + 1 WHERE id = 1 RETURNING revision AS \"Value\"";

    /// <summary>Reads one snapshot of the directory.</summary>
    public async Task<T> ReadAsync<T>(DirectoryScope scope, Func<DirectoryDb, Task<T>> read, CancellationToken cancellation)
    {
        await using var db = new DirectoryDb(engine.Options, scope);
        await using var transaction = await engine.BeginAsync(db, scope, writing: false, cancellation);
        return await read(db);
    }

    /// <summary>Changes the directory, or leaves it as it was when <paramref name="work"/> refuses or throws.</summary>
    public async Task<Outcome<T>> ChangeAsync<T>(DirectoryScope scope, AuditEntry entry, Func<Change, Task<Outcome<T>>> work, CancellationToken cancellation)
    {
        using var turn = await engine.EnterWriteAsync(cancellation);
        await using var db = new DirectoryDb(engine.Options, scope) { Changing = true };
        await using var transaction = await engine.BeginAsync(db, scope, writing: true, cancellation);

        // The row's lock is held until commit: revisions commit in their order, and whoever reads in a change
        // reads what nobody else is about to alter.
        var revision = (await db.Database.SqlQueryRaw<long>(NextRevision).ToListAsync(cancellation)).Single();
        var change = new Change(db, revision, Now());
        var outcome = await work(change);
        if (outcome is Outcome<T>.Refused)
        {
            return outcome;
        }

        db.Audit.Add(entry.ToRow(change.Revision, change.Now));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        committed.Raise(entry);
        return outcome;
    }

    /// <summary>
    /// Writes down how far some work is, which changes nothing anybody is told of: it has no revision and leaves no audit row.
    /// </summary>
    /// <returns>How many rows were written.</returns>
    public async Task<int> NoteAsync(DirectoryScope scope, Func<DirectoryDb, Task<int>> note, CancellationToken cancellation)
    {
        using var turn = await engine.EnterWriteAsync(cancellation);
        await using var db = new DirectoryDb(engine.Options, scope);
        await using var transaction = await engine.BeginAsync(db, scope, writing: true, cancellation);
        var rows = await note(db);
        await transaction.CommitAsync(CancellationToken.None);
        return rows;
    }

    // Of whole microseconds, as PostgreSQL keeps them: what a change answers is what is read later.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
