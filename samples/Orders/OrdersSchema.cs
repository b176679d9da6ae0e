using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.Postgres.Checks;
using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;

namespace Orders;

/// <summary>Makes the tables as their owner, then checks as the runtime role that tenants are kept apart. The host does not start otherwise.</summary>
internal sealed class OrdersSchema(OrdersOptions options, NpgsqlDataSource runtime) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var role = new NpgsqlConnectionStringBuilder(options.Postgres).Username!;
        await using var owner = NpgsqlDataSource.Create(options.PostgresOwner);
        await using var command = owner.CreateCommand($"""
            CREATE TABLE IF NOT EXISTS orders (
                tenant_id uuid NOT NULL DEFAULT {RowSecuritySql.Current(TenantRows.Setting, "uuid")},
                id bigint GENERATED ALWAYS AS IDENTITY,
                item text NOT NULL,
                quantity int NOT NULL,
                placed_by text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (tenant_id, id));
            {RowSecuritySql.ProtectTenant("orders")}
            GRANT SELECT, INSERT ON orders TO "{role.Replace("\"", "\"\"", StringComparison.Ordinal)}";
            {ProfileSchema.Create(role)}
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await RowSecurityCheck.RunAsync(runtime, [TenantRows.Column], cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
