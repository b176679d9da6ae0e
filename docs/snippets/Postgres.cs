using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Checks;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;

namespace Snippets;

/// <summary>docs/postgres.md, but for its model and its migration.</summary>
internal static class Postgres
{
    public static async Task ProtectAsync()
    {
        #region protected-table
        await using var owner = NpgsqlDataSource.Create("Host=127.0.0.1;Database=shop;Username=shop_owner;Password=…");
        await using var command = owner.CreateCommand($"""
            CREATE TABLE orders (
                tenant_id uuid NOT NULL DEFAULT {RowSecuritySql.Current(TenantRows.Setting, "uuid")},
                id bigint GENERATED ALWAYS AS IDENTITY,
                item text NOT NULL,
                PRIMARY KEY (tenant_id, id));
            {RowSecuritySql.ProtectTenant("orders")}
            """);
        await command.ExecuteNonQueryAsync();
        #endregion
    }

    public static void Serve(string[] args)
    {
        #region npgsql
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTenantDatabase("Host=127.0.0.1;Database=shop;Username=shop_app;Password=…");
        var app = builder.Build();

        app.MapGet("/orders", (TenantDatabase database) =>
            database.QueryAsync(new("SELECT item FROM orders"), row => row.GetString(0)));

        app.MapPost("/orders/{item}", (string item, TenantDatabase database) =>
            database.ExecuteAsync(new("INSERT INTO orders (item) VALUES ($1)") { Parameters = { new() { Value = item } } }));

        app.Run();
        #endregion
    }

    public static async Task WithoutRequestAsync(IServiceProvider services, TenantId tenant)
    {
        #region without-request
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant);
        await scope.ServiceProvider.GetRequiredService<TenantDatabase>().ExecuteAsync(new("DELETE FROM orders WHERE item = 'old'"));
        #endregion
    }

    public static async Task TakeAsync(TenantDatabase database)
    {
        #region transaction
        var left = await database.InTransactionAsync(async transaction =>
        {
            await using var take = transaction.CreateCommand("UPDATE stock SET amount = amount - 1 WHERE item = 'lamp' RETURNING amount");
            return (int)(await take.ExecuteScalarAsync())!;
        });
        #endregion
        _ = left;
    }

    public static void Context(string[] args)
    {
        #region context
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTenantScope();
        builder.Services.AddDbContext<ShopDb>(options => options
            .UseNpgsql("Host=127.0.0.1;Database=shop;Username=shop_app;Password=…")
            .UseTenantRowLevelSecurity());
        builder.Services.AddRowSecurityCheck<ShopDb>();
        #endregion
    }
}
