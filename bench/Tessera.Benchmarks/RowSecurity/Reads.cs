using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using Tessera.Benchmarks.Races;
using Tessera.Contracts.Ids;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

namespace Tessera.Benchmarks.RowSecurity;

/// <summary>One row by its key, for a tenant chosen at random, each time with a connection from the pool.</summary>
internal sealed class Reads(ShopDatabase shop)
{
    public const string Plain = "plain prepared Npgsql";
    public const string Secured = "Npgsql";
    public const string Transaction = "BEGIN, set_config, SELECT, COMMIT";
    public const string PlainCompiled = "EF Core compiled, no row security";
    public const string SecuredCompiled = "EF Core compiled";
    public const string PlainLinq = "EF Core LINQ, no row security";
    public const string SecuredLinq = "EF Core LINQ";
    private const string Columns = "SELECT tenant_id, id, name, version FROM";

    private readonly PooledDbContextFactory<PlainShop> _plain = ShopModel.Plain(shop.Source);
    private readonly TenantContextFactory<SecuredShop> _secured = ShopModel.Secured(shop.Source);

    public IReadOnlyList<Contestant> All =>
    [
        new(Plain, PlainAsync), new(Secured, SecuredAsync), new(Transaction, TransactionAsync),
        new(PlainCompiled, PlainCompiledAsync), new(SecuredCompiled, SecuredCompiledAsync),
        new(PlainLinq, PlainLinqAsync), new(SecuredLinq, SecuredLinqAsync),
    ];

    private (TenantId Tenant, long Id) Pick() => (shop.All[Random.Shared.Next(shop.All.Count)], Random.Shared.Next(ShopDatabase.ItemsPerTenant) + 1);

    private async Task PlainAsync()
    {
        var (tenant, id) = Pick();
        await using var connection = await shop.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"{Columns} plain WHERE tenant_id = $1 AND id = $2", connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenant.Value }, new NpgsqlParameter<long> { TypedValue = id } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Item>();
        while (await reader.ReadAsync())
        {
            rows.Add(Read(reader));
        }

        Demand(rows is [var item] ? item : null, tenant);
    }

    private async Task SecuredAsync()
    {
        var (tenant, id) = Pick();
        var rows = await new TenantDatabase(shop.Source, ScopeOf(tenant)).QueryAsync(
            new($"{Columns} secured WHERE id = $1") { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } }, Read);
        Demand(rows is [var item] ? item : null, tenant);
    }

    private async Task TransactionAsync()
    {
        var (tenant, id) = Pick();
        await using var connection = await shop.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var set = new NpgsqlCommand($"SELECT set_config('{TenantRows.Setting}', $1, true)", connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = tenant.ToString() } } })
        {
            await set.ExecuteNonQueryAsync();
        }

        Item? item = null;
        await using (var command = new NpgsqlCommand($"{Columns} secured WHERE id = $1", connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } })
        {
            await using var reader = await command.ExecuteReaderAsync();
            item = await reader.ReadAsync() ? Read(reader) : null;
        }

        await transaction.CommitAsync();
        Demand(item, tenant);
    }

    private async Task PlainCompiledAsync()
    {
        var (tenant, id) = Pick();
        await using var db = _plain.CreateDbContext();
        Demand(await PlainShop.ById(db, tenant.Value, id), tenant);
    }

    private async Task SecuredCompiledAsync()
    {
        var (tenant, id) = Pick();
        await using var db = _secured.Create(ScopeOf(tenant));
        Demand(await SecuredShop.ById(db, id), tenant);
    }

    private async Task PlainLinqAsync()
    {
        var (tenant, id) = Pick();
        await using var db = _plain.CreateDbContext();
        Demand(await db.Set<Item>().AsNoTracking().FirstOrDefaultAsync(item => item.TenantId == tenant.Value && item.Id == id), tenant);
    }

    private async Task SecuredLinqAsync()
    {
        var (tenant, id) = Pick();
        await using var db = _secured.Create(ScopeOf(tenant));
        Demand(await db.Set<Item>().AsNoTracking().FirstOrDefaultAsync(item => item.Id == id), tenant);
    }

    internal static TenantScope ScopeOf(TenantId tenant)
    {
        var scope = new TenantScope();
        scope.Set(tenant);
        return scope;
    }

    private static Item Read(NpgsqlDataReader row) => new() { TenantId = row.GetGuid(0), Id = row.GetInt64(1), Name = row.GetString(2), Version = row.GetInt32(3) };

    // A lane that reads the wrong row, or none, is no measurement.
    private static void Demand(Item? item, TenantId tenant)
    {
        if (item?.TenantId != tenant.Value)
        {
            throw new InvalidOperationException("The read did not find the tenant's row.");
        }
    }
}
