using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.UnitTests.Postgres;

/// <summary>Writes count their own rows, and reach no other tenant's.</summary>
public sealed class WriteTests(NotebookFixture fixture) : IClassFixture<NotebookFixture>
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Own_rows_are_updated_and_counted(int rows)
    {
        await using var db = fixture.Open(fixture.Acme);
        var users = await db.Users.OrderBy(u => u.Id).Take(rows).ToListAsync(Cancellation);
        users.ForEach(u => Change(u, $"own {rows}"));
        Assert.Equal(rows, await db.SaveChangesAsync(Cancellation));
        Assert.Equal($"own {rows}", await fixture.NameOfAsync(fixture.Acme, 1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Several_batches_each_carry_the_tenant(int batchSize)
    {
        await using var db = Notebook.Of(Notebook.Options(fixture.Database.Runtime, batchSize: batchSize), fixture.Acme);
        var users = await db.Users.ToListAsync(Cancellation);
        users.ForEach(u => Change(u, "batched"));
        db.Notes.AddRange(Enumerable.Range(1, 5).Select(i => NoteOf(fixture.Acme, i)));
        Assert.Equal(15, await db.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict_and_changes_nothing()
    {
        await using var db = fixture.Open(fixture.Acme);
        Change(Attach(db, fixture.Acme, 5, version: 99), "stale");
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync(Cancellation));
        Assert.NotEqual("stale", await fixture.NameOfAsync(fixture.Acme, 5));
    }

    [Fact]
    public async Task Another_tenants_row_is_a_conflict_to_update_and_to_delete()
    {
        await using var update = fixture.Open(fixture.Acme);
        Change(Attach(update, fixture.Globex, 1), "stolen");
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => update.SaveChangesAsync(Cancellation));

        await using var delete = fixture.Open(fixture.Acme);
        delete.Remove(Attach(delete, fixture.Globex, 1));
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => delete.SaveChangesAsync(Cancellation));

        Assert.Equal("globex 1", await fixture.NameOfAsync(fixture.Globex, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_own_and_a_foreign_row_are_rolled_back_together(bool ownFirst)
    {
        // A batch is in order of keys, so the smaller tenant's row goes first.
        TenantId[] order = [.. new[] { fixture.Acme, fixture.Globex }.OrderBy(tenant => tenant.Value)];
        var (mine, other) = ownFirst ? (order[0], order[1]) : (order[1], order[0]);
        await using var db = fixture.Open(mine);
        var own = await db.Users.SingleAsync(u => u.Id == 7, Cancellation);
        var before = own.Name;
        Change(own, "half");
        Change(Attach(db, other, 8), "half");
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync(Cancellation));
        Assert.Equal(before, await fixture.NameOfAsync(mine, 7));
    }

    [Fact]
    public async Task A_row_for_another_tenant_cannot_be_inserted_nor_handed_over()
    {
        await using var insert = fixture.Open(fixture.Acme);
        insert.Notes.Add(NoteOf(fixture.Globex, 1));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync(insert));

        await using var give = fixture.Open(fixture.Acme);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => give.Notes.ExecuteUpdateAsync(set => set.SetProperty(n => n.TenantId, fixture.Globex.Value), Cancellation));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Set_based_writes_count_and_change_own_rows_alone()
    {
        await using var db = fixture.Open(fixture.Globex);
        Assert.Equal(2, await db.Users.Where(u => u.Id == 2 || u.Id == 3).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "set"), Cancellation));
        Assert.Equal(0, await db.Users.Where(u => u.TenantId == fixture.Acme.Value).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "set"), Cancellation));
        Assert.Equal(3, await db.Notes.Where(n => n.UserId == 10).ExecuteDeleteAsync(Cancellation));
        Assert.Equal(10, await db.Database.ExecuteSqlAsync($"UPDATE users SET version = version + 1", Cancellation));
        Assert.Equal(10, await db.Database.ExecuteSqlRawAsync("UPDATE users SET version = version + {0}", [1], Cancellation));
        Assert.NotEqual("set", await fixture.NameOfAsync(fixture.Acme, 2));
        Assert.Equal(3L, await fixture.Database.AskAsync<long>($"SELECT count(*) FROM notes WHERE tenant_id = '{fixture.Acme}' AND user_id = 10"));
    }

    [Fact]
    public async Task Generated_values_come_back_among_other_changes()
    {
        await using var db = fixture.Open(fixture.Acme);
        Change(await db.Users.SingleAsync(u => u.Id == 9, Cancellation), "mixed");
        var notes = Enumerable.Range(1, 3).Select(i => NoteOf(fixture.Acme, i)).ToArray();
        db.Notes.AddRange(notes);
        Assert.Equal(4, await db.SaveChangesAsync(Cancellation));
        Assert.Equal(3, notes.Select(n => n.Id).Where(id => id > 0).Distinct().Count());

        await using var again = fixture.Open(fixture.Acme);
        var alone = NoteOf(fixture.Acme, 1);
        again.Notes.Add(alone);
        Assert.Equal(1, await again.SaveChangesAsync(Cancellation));
        Assert.True(alone.Id > notes.Max(n => n.Id));
    }

    [Fact]
    public async Task A_savepoint_undone_does_not_leave_later_writes_without_a_tenant()
    {
        await using var db = fixture.Open(fixture.Acme);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        await transaction.CreateSavepointAsync("before", Cancellation);
        Change(await db.Users.SingleAsync(u => u.Id == 3, Cancellation), "undone");
        await db.SaveChangesAsync(Cancellation);
        await transaction.RollbackToSavepointAsync("before", Cancellation);
        db.ChangeTracker.Clear();

        Change(await db.Users.SingleAsync(u => u.Id == 4, Cancellation), "after");
        Assert.Equal(1, await db.SaveChangesAsync(Cancellation));
        Change(Attach(db, fixture.Acme, 5, version: 99), "stale");
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync(Cancellation));
        db.ChangeTracker.Clear();
        Assert.Equal(1, await db.Users.Where(u => u.Id == 4).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "committed"), Cancellation));
        await transaction.CommitAsync(Cancellation);

        Assert.NotEqual("undone", await fixture.NameOfAsync(fixture.Acme, 3));
        Assert.Equal("committed", await fixture.NameOfAsync(fixture.Acme, 4));
    }

    [Fact]
    public async Task A_retry_after_a_lost_connection_carries_the_tenant_again()
    {
        var options = Notebook.Options(fixture.Database.Runtime, retries: true);
        await using var db = Notebook.Of(options, fixture.Acme);
        var attempts = 0;
        var changed = await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            Change(await db.Users.SingleAsync(u => u.Id == 6, Cancellation), $"attempt {++attempts}");
            if (attempts == 1)
            {
                var backend = await db.Database.SqlQuery<int>($"SELECT pg_backend_pid() AS \"Value\"").SingleAsync(Cancellation);
                await fixture.Database.AskAsync<bool>($"SELECT pg_terminate_backend({backend})");
            }

            var rows = await db.SaveChangesAsync(Cancellation);
            await transaction.CommitAsync(Cancellation);
            return rows;
        });
        Assert.Equal((2, 1), (attempts, changed));
        Assert.Equal("attempt 2", await fixture.NameOfAsync(fixture.Acme, 6));
    }

    [Fact]
    public async Task A_write_without_a_tenant_is_refused_before_it_is_sent()
    {
        await using var db = fixture.Open(null);
        db.Notes.Add(NoteOf(fixture.Acme, 1));
        await Assert.ThrowsAsync<RowScopeNotSetException>(() => db.SaveChangesAsync(Cancellation));
        await Assert.ThrowsAsync<RowScopeNotSetException>(() => db.Notes.ExecuteDeleteAsync(Cancellation));
        await Assert.ThrowsAsync<RowScopeNotSetException>(() => db.Database.ExecuteSqlAsync($"DELETE FROM notes", Cancellation));
    }

    [Fact]
    public async Task A_synchronous_write_says_what_to_call_instead()
    {
        await using var db = fixture.Open(fixture.Acme);
        db.Notes.Add(NoteOf(fixture.Acme, 1));
        Assert.Contains("SaveChangesAsync", Assert.Throws<NotSupportedException>(() => db.SaveChanges()).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Note NoteOf(TenantId tenant, long user) => new() { TenantId = tenant.Value, UserId = user, Body = "new" };

    private static User Attach(Notebook db, TenantId tenant, long id, int version = 1) =>
        db.Attach(new User { TenantId = tenant.Value, Id = id, Version = version }).Entity;

    private static void Change(User user, string name) => (user.Name, user.Version) = (name, user.Version + 1);

    private static async Task<string?> RefusalAsync(Notebook db) =>
        ((await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation))).InnerException as PostgresException)?.SqlState;
}
