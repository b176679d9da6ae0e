using Npgsql;
using Tessera.Postgres.Checks;
using Tessera.UnitTests.Cell;
using Tessera.UnitTests.ControlPlane;
using Tessera.UnitTests.OrdersSample;

namespace Tessera.UnitTests.Postgres;

/// <summary>What the audit says of a cell. Its rows are a realm's first, and what has a tenant there has a realm too.</summary>
public sealed class CellSchemaTests(PostgresCell cell) : IClassFixture<PostgresCell>
{
    [Fact]
    public Task The_audit_finds_no_error_but_what_is_accepted_here() => OwnSchema.AuditAsync(cell.Runtime, "realm_id",
    [
        // The library's model joins by ids of its own, which are random and only ever found through the realm's policies.
        "foreign_key_without_tenant:fk_client_grants_clients_application_id on client_grants",
        "foreign_key_without_tenant:fk_grants_clients_application_id on grants",
        "foreign_key_without_tenant:fk_tokens_clients_application_id on tokens",
        "foreign_key_without_tenant:fk_tokens_grants_authorization_id on tokens",
    ]);
}

/// <summary>What the audit says of the directory.</summary>
public sealed class DirectorySchemaTests
{
    [Fact]
    public async Task The_audit_finds_no_error_but_what_is_accepted_here()
    {
        await using var host = await ControlHost.StartAsync(Stores.Postgres);
        await OwnSchema.AuditAsync(host.Postgres!.Value.Runtime, "tenant_id",
        [
            // A tenant reads the clients of the shared realm it lives in. What asks for the setting is the policy of tenants, by which it finds that realm.
            "open_policy:clients_shared on clients",
        ]);
    }
}

/// <summary>What the audit says of the sample.</summary>
public sealed class OrdersSchemaTests(OrdersHost orders) : IClassFixture<OrdersHost>
{
    [Fact]
    public Task The_audit_finds_no_error_but_what_is_accepted_here() => OwnSchema.AuditAsync(orders.Database.RuntimeConnection(), "tenant_id", []);
}

internal static class OwnSchema
{
    /// <summary>No error but the accepted ones, and each of these is still there: a list does not outlive its reasons.</summary>
    public static async Task AuditAsync(string runtime, string column, string[] accepted)
    {
        await using var source = NpgsqlDataSource.Create(runtime);
        var role = new NpgsqlConnectionStringBuilder(runtime).Username!;
        var report = await RowSecurityAudit.RunAsync(source, new RowSecurityAuditOptions { Roles = [role], Columns = [column] }, TestContext.Current.CancellationToken);
        var errors = report.Faults.Where(fault => fault.Severity == RowSecuritySeverity.Error).Select(fault => $"{fault.Rule}:{fault.Subject}").Order();
        Assert.Equal(accepted.Order(), errors);
    }
}
