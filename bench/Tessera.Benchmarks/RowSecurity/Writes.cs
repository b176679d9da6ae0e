using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using Tessera.Benchmarks.Races;
using Tessera.Contracts.Ids;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

namespace Tessera.Benchmarks.RowSecurity;

/// <summary>One row changed and made durable; each contestant waits for the disk.</summary>
internal sealed class Writes(ShopDatabase shop)
{
    public const string Plain = "plain prepared Npgsql";
    public const string Secured = "Npgsql";
    public const string PlainSave = "EF Core, no row security";
    public const string SecuredSave = "EF Core";
    private const long FirstNew = 1_000_000;
    private long _next = FirstNew;

    private readonly PooledDbContextFactory<PlainShop> _plain = ShopModel.Plain(shop.Source);
    private readonly TenantContextFactory<SecuredShop> _secured = ShopModel.Secured(shop.Source);

    public IReadOnlyList<Contestant> All =>
        [new(Plain, PlainAsync), new(Secured, SecuredAsync), new(PlainSave, PlainSaveAsync), new(SecuredSave, SecuredSaveAsync)];

    private TenantId Pick() => shop.All[Random.Shared.Next(shop.All.Count)];

    private static NpgsqlParameter<long> Id => new() { TypedValue = Random.Shared.Next(ShopDatabase.ItemsPerTenant) + 1 };

    private async Task PlainAsync()
    {
        await using var connection = await shop.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("UPDATE plain SET version = version + 1 WHERE tenant_id = $1 AND id = $2", connection)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = Pick().Value }, Id },
        };
        Demand(await command.ExecuteNonQueryAsync());
    }

    private async Task SecuredAsync() => Demand(await new TenantDatabase(shop.Source, Reads.ScopeOf(Pick()))
        .ExecuteAsync(new("UPDATE secured SET version = version + 1 WHERE id = $1") { Parameters = { Id } }));

    private async Task PlainSaveAsync()
    {
        await using var db = _plain.CreateDbContext();
        db.Add(New(Pick()));
        Demand(await db.SaveChangesAsync());
    }

    private async Task SecuredSaveAsync()
    {
        var tenant = Pick();
        await using var db = _secured.Create(Reads.ScopeOf(tenant));
        db.Add(New(tenant));
        Demand(await db.SaveChangesAsync());
    }

    private Item New(TenantId tenant) => new() { TenantId = tenant.Value, Id = Interlocked.Increment(ref _next), Name = "new", Version = 1 };

    private static void Demand(int rows)
    {
        if (rows != 1)
        {
            throw new InvalidOperationException($"The write changed {rows} rows.");
        }
    }
}
