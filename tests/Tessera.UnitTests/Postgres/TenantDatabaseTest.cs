using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

/// <summary>What tests of plain Npgsql share: a database for a tenant, over the fixture's pool or one of their own.</summary>
public abstract class TenantDatabaseTest(NotebookFixture fixture)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected NotebookFixture Fixture => fixture;

    protected TenantId Acme => fixture.Acme;

    protected TenantId Globex => fixture.Globex;

    protected TenantDatabase Of(TenantId tenant, NpgsqlDataSource? source = null)
    {
        var scope = new TenantScope();
        scope.Set(tenant);
        return new TenantDatabase(source ?? fixture.Database.Runtime, scope);
    }

    protected NpgsqlDataSource Pool(int size, Action<NpgsqlConnectionStringBuilder>? with = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(fixture.Database.RuntimeConnection(size));
        with?.Invoke(settings);
        return NpgsqlDataSource.Create(settings);
    }

    protected static async Task<int> RunAsync(TenantTransaction transaction, string sql)
    {
        await using var command = transaction.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Looks at every connection of the pool at once: none has a tenant, none shows a row.</summary>
    protected static async Task AssertNoTenantAsync(NpgsqlDataSource source, int size)
    {
        var open = new List<NpgsqlConnection>();
        for (var i = 0; i < size; i++)
        {
            open.Add(await source.OpenConnectionAsync(Cancellation));
        }

        foreach (var connection in open)
        {
            await using var command = new NpgsqlCommand("SELECT coalesce(current_setting('app.current_tenant_id', true), '') || (SELECT count(*) FROM users)", connection);
            Assert.Equal("0", await command.ExecuteScalarAsync(Cancellation));
        }

        foreach (var connection in open)
        {
            await connection.DisposeAsync();
        }
    }
}
