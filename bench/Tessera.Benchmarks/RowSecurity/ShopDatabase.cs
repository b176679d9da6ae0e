using System.Globalization;
using Npgsql;
using Tessera.Benchmarks.Servers;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Schema;

namespace Tessera.Benchmarks.RowSecurity;

/// <summary>100 tenants of 200 items each, in a table with row security and in one without, and a pool of the role that serves.</summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
    public const int ItemsPerTenant = 200;
    private const int Tenants = 100;
    private readonly Database _database;

    private ShopDatabase(Database database, TenantId[] tenants) =>
        (_database, All, Source) = (database, tenants, NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.Runtime) { MaxAutoPrepare = 50, AutoPrepareMinUsages = 2, MaxPoolSize = 1 }));

    public IReadOnlyList<TenantId> All { get; }

    public NpgsqlDataSource Source { get; }

    public static async Task<ShopDatabase> CreateAsync()
    {
        var database = await Database.CreateAsync();
        TenantId[] tenants = [.. Enumerable.Range(0, Tenants).Select(_ => TenantId.New())];
        await using (var owner = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.Owner) { Pooling = false }))
        {
            await using var make = owner.CreateCommand($"""
                CREATE TABLE plain (tenant_id uuid NOT NULL, id bigint NOT NULL, name text NOT NULL, version int NOT NULL, PRIMARY KEY (tenant_id, id));
                CREATE TABLE secured (LIKE plain INCLUDING ALL);
                INSERT INTO plain SELECT t, i, 'item ' || i, 1 FROM unnest(string_to_array('{string.Join(',', tenants)}', ',')::uuid[]) t, generate_series(1, {ItemsPerTenant}) i;
                INSERT INTO secured SELECT * FROM plain;
                {RowSecuritySql.ProtectTenant("secured")}
                GRANT SELECT, INSERT, UPDATE, DELETE ON plain, secured TO {database.Name}_app;
                """);
            await make.ExecuteNonQueryAsync();
        }

        await database.RunAsync("VACUUM ANALYZE");
        return new ShopDatabase(database, tenants);
    }

    /// <summary>CPU time of this process and of the one connection's back end. A race does one thing at a time, so the pool holds no more.</summary>
    public TimeSpan Cost()
    {
        using var connection = Source.OpenConnection();
        var nanoseconds = long.Parse(File.ReadAllText($"/proc/{connection.ProcessID}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
        return Environment.CpuUsage.TotalTime + TimeSpan.FromTicks(nanoseconds / 100);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _database.DropAsync();
    }
}
