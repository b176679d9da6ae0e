using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tessera.UnitTests.Postgres;

/// <summary>Security costs no round trip.</summary>
public sealed class RoundTripTests(NotebookFixture fixture) : IClassFixture<NotebookFixture>
{
    [Fact]
    public async Task A_read_takes_one_a_one_row_write_one_and_a_split_query_one_per_statement()
    {
        await using var relay = new CountingRelay(new NpgsqlConnectionStringBuilder(fixture.Database.RuntimeConnection()));
        await using var source = NpgsqlDataSource.Create(relay.ConnectionString);
        var options = Notebook.Options(source);
        foreach (var turn in Enumerable.Range(0, 4))
        {
            await using var db = Notebook.Of(options, fixture.Acme);
            await db.Users.CountAsync(Cancellation);
            Assert.True(turn == 0 || 1 == await relay.CountAsync(() => db.Users.Where(u => u.Id > 2).ToListAsync(Cancellation)));
            Assert.True(turn == 0 || 2 == await relay.CountAsync(() => db.Users.Include(u => u.Notes).AsSplitQuery().AsNoTracking().ToListAsync(Cancellation)));
            Assert.True(turn == 0 || 1 == await relay.CountAsync(() => db.Users.Where(u => u.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "x"), Cancellation)));
            db.Notes.Add(new Note { TenantId = fixture.Acme.Value, UserId = 1, Body = "x" });
            Assert.True(turn == 0 || 1 == await relay.CountAsync(() => db.SaveChangesAsync(Cancellation)));
            await db.SaveChangesAsync(Cancellation);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
