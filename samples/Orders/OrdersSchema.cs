using Microsoft.Extensions.Options;
using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;

namespace Orders;

/// <summary>Makes the tables as their owner, before <c>AddTenantDatabase</c> checks as the runtime role that tenants are kept apart.</summary>
internal sealed class OrdersSchema(IOptions<OrdersOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var role = new NpgsqlConnectionStringBuilder(options.Value.Postgres).Username!;
        await using var owner = NpgsqlDataSource.Create(options.Value.PostgresOwner);
        await using var command = owner.CreateCommand($"""
            CREATE TABLE IF NOT EXISTS orders (
                tenant_id uuid NOT NULL DEFAULT {RowSecuritySql.Current(TenantRows.Setting, "uuid")},
                id bigint GENERATED ALWAYS AS IDENTITY,
                item text NOT NULL,
                quantity int NOT NULL,
                placed_by text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (tenant_id, id));
            ALTER TABLE orders ADD COLUMN IF NOT EXISTS confirmed_at timestamptz;
            {RowSecuritySql.ProtectTenant("orders")}
            GRANT SELECT, INSERT, UPDATE (confirmed_at) ON orders TO "{role.Replace("\"", "\"\"", StringComparison.Ordinal)}";
            {ProfileSchema.Create(role)}
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
