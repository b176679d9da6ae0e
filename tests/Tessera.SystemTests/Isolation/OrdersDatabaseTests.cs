using System.Text.Json;
using Npgsql;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// The wall below the application: somebody who runs SQL of his own as the role that serves requests. What keeps tenants
/// apart here knows nothing of tokens.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class OrdersDatabaseTests(Demo demo)
{
    private const string RowSecurityViolated = "42501";
    private const string PermissionDenied = "42501";

    [Theory]
    [InlineData("acme", "globex")]
    [InlineData("globex", "umbrella")]
    [InlineData("umbrella", "acme")]
    public async Task A_statement_that_names_no_tenant_sees_the_rows_of_the_one_that_is_set_and_no_others(string slug, string other)
    {
        await using var connection = await OpenAsync(slug);
        var seen = await ReadAsync(connection, "SELECT tenant_id FROM orders");
        Assert.NotEmpty(seen);
        Assert.All(seen, tenant => Assert.Equal(Id(slug), tenant));
        Assert.Empty(await ReadAsync(connection, $"SELECT tenant_id FROM orders WHERE tenant_id = '{Id(other)}'"));
        Assert.Empty(await ReadAsync(connection, $"SELECT tenant_id FROM orders WHERE tenant_id <> '{Id(slug)}' OR true AND tenant_id = '{Id(other)}'"));
        Assert.Equal(seen.Count, (await ReadAsync(connection, "SELECT tenant_id FROM orders WHERE true OR tenant_id IS NULL")).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Without_a_tenant_there_are_no_rows(string? setting)
    {
        await using var connection = await OpenAsync(null);
        if (setting is not null)
        {
            await RunAsync(connection, $"SELECT set_config('app.current_tenant_id', '{setting}', false)");
        }

        Assert.Empty(await ReadAsync(connection, "SELECT tenant_id FROM orders"));
        await RefusedAsync(connection, "INSERT INTO orders (item, quantity, placed_by) VALUES ('x', 1, 'x')", "23502", RowSecurityViolated);
    }

    [Fact]
    public async Task A_row_of_another_tenant_is_neither_made_nor_changed_nor_taken_away()
    {
        var before = await CountAsync("globex");
        await using var connection = await OpenAsync("acme");
        await RefusedAsync(connection, $"INSERT INTO orders (tenant_id, item, quantity, placed_by) VALUES ('{Id("globex")}', 'x', 1, 'x')", RowSecurityViolated);
        await RefusedAsync(connection, $"UPDATE orders SET tenant_id = '{Id("globex")}'", PermissionDenied);
        await RefusedAsync(connection, $"DELETE FROM orders WHERE tenant_id = '{Id("globex")}'", PermissionDenied);
        await RefusedAsync(connection, "TRUNCATE orders", PermissionDenied);
        await RefusedAsync(connection, "ALTER TABLE orders DISABLE ROW LEVEL SECURITY", PermissionDenied);
        await RefusedAsync(connection, "DROP POLICY tessera_rows ON orders", PermissionDenied);
        await RefusedAsync(connection, "SET ROLE tessera_orders_owner", PermissionDenied);
        Assert.Equal(before, await CountAsync("globex"));
    }

    [Fact]
    public async Task Even_with_the_rights_to_update_and_delete_another_tenants_rows_are_out_of_reach()
    {
        var before = await CountAsync("globex");
        // As the tables' owner, who has every right and is held by the forced policy all the same.
        await using var connection = await OpenAsync("acme", "tessera_orders_owner");
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(0, await RunAsync(connection, $"UPDATE orders SET item = 'x' WHERE tenant_id = '{Id("globex")}'"));
        Assert.Equal(0, await RunAsync(connection, $"DELETE FROM orders WHERE tenant_id = '{Id("globex")}'"));
        Assert.Equal(await CountAsync("acme"), await RunAsync(connection, "UPDATE orders SET item = item"));
        await transaction.RollbackAsync();
        await RefusedAsync(connection, $"UPDATE orders SET tenant_id = '{Id("globex")}'", RowSecurityViolated);
        Assert.Equal(before, await CountAsync("globex"));
    }

    private string Id(string slug) => demo.File.Tenant(slug).TenantId;

    private async Task<int> CountAsync(string slug)
    {
        await using var connection = await OpenAsync(slug);
        return (await ReadAsync(connection, "SELECT tenant_id FROM orders")).Count;
    }

    // As Orders itself connects: its role and its password, which lie in the demo's folder.
    private async Task<NpgsqlConnection> OpenAsync(string? tenant, string role = "tessera_orders_runtime")
    {
        using var secrets = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "postgres.json")));
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = demo.Port + 19, Database = "tessera_orders", Pooling = false,
            Username = role, Password = secrets.RootElement.GetProperty("passwords").GetProperty(role).GetString(),
        }.ConnectionString);
        await connection.OpenAsync();
        if (tenant is not null)
        {
            await RunAsync(connection, $"SELECT set_config('app.current_tenant_id', '{Id(tenant)}', false)");
        }

        return connection;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tenants = new List<string>();
        while (await reader.ReadAsync())
        {
            tenants.Add(reader.GetGuid(0).ToString());
        }

        return tenants;
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task RefusedAsync(NpgsqlConnection connection, string sql, params string[] states)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, sql));
        Assert.Contains(refusal.SqlState, states);
    }
}
