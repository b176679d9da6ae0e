using Npgsql;

namespace Tessera.UnitTests.Cell;

/// <summary>What the database itself keeps apart in a cell's store, with nothing of ours above it.</summary>
public sealed class RowSecurityTests(PostgresCell cell) : CellTests(cell), IClassFixture<PostgresCell>
{
    private static readonly string[] Tables = ["realms", "accounts", "sessions", "audit", "clients", "scopes", "grants", "tokens"];

    [Fact]
    public async Task Without_a_realm_there_are_no_rows_and_with_one_only_its_own()
    {
        await Acme.TokensAsync(Ada, AcmePassword);
        await Globex.TokensAsync(Ada, GlobexPassword);
        foreach (var table in Tables)
        {
            Assert.Empty(await RealmsInAsync(table, realm: null));
            Assert.All(await RealmsInAsync(table, Acme.Realm.Value), realm => Assert.Equal(Acme.Realm.Value, realm));
        }

        Assert.NotEmpty(await RealmsInAsync("tokens", Acme.Realm.Value));
    }

    [Fact]
    public async Task A_host_shows_its_own_realm_and_lets_nothing_be_written()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync(connection, $"SELECT set_config('app.look_up_name', '{Acme.SignInAuthority}', true)");
        await using (var command = new NpgsqlCommand("SELECT count(*) FROM realms", connection))
        {
            Assert.Equal(1L, await command.ExecuteScalarAsync());
        }

        await using var update = new NpgsqlCommand("UPDATE realms SET epoch = 7", connection);
        Assert.Equal(0, await update.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_row_of_another_realm_can_be_neither_written_nor_changed()
    {
        await using var connection = await OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await RunAsync(connection, $"SELECT set_config('app.current_realm_id', '{Acme.Realm}', true)");
            await using var update = new NpgsqlCommand($"UPDATE accounts SET enabled = false WHERE realm_id = '{Globex.Realm}'", connection);
            Assert.Equal(0, await update.ExecuteNonQueryAsync());
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, $"""
                INSERT INTO accounts (realm_id, sub, username, normalized_username, password_hash, enabled, created_at)
                VALUES ('{Globex.Realm}', gen_random_uuid(), 'x', 'x', 'x', true, now())
                """));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }

        var truncate = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, "TRUNCATE accounts"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, truncate.SqlState);
    }

    [Fact]
    public async Task Rows_of_a_shared_realms_tenants_are_out_of_reach_until_the_tenant_or_the_account_is_said()
    {
        var shared = await SharedRealm.MakeAsync(Cell, "secured");
        var (initech, hooli) = (await shared.AddTenantAsync("initech"), await shared.AddTenantAsync("hooli"));
        var sam = await shared.AddMemberAsync(initech, "sam@example.com");
        await shared.AddMemberAsync(hooli, "sam@example.com");
        await shared.AddMemberAsync(hooli, "gavin@example.com");
        await shared.LetInAsync(hooli, shared.People.Client, "orders");
        string[] tables = ["shared_tenants", "memberships", "client_grants"];
        foreach (var table in tables)
        {
            Assert.Empty(await TenantsInAsync(table, shared, ""));
            Assert.Empty(await TenantsInAsync(table, shared, $"set_config('app.current_realm_id', '{Acme.Realm}', true), set_config('app.current_tenant_id', '{hooli}', true)"));
            Assert.All(await TenantsInAsync(table, shared, $"set_config('app.current_tenant_id', '{initech}', true)"), tenant => Assert.Equal(initech.Value, tenant));
            Assert.NotEmpty(await TenantsInAsync(table, shared, $"set_config('app.current_tenant_id', '{hooli}', true)"));
        }

        var ofSam = $"set_config('app.current_account_id', '{sam.Sub}', true)";
        Assert.Equal([.. new[] { initech.Value, hooli.Value }.Order()], (await TenantsInAsync("memberships", shared, ofSam)).Order());
        Assert.Equal(2, (await TenantsInAsync("shared_tenants", shared, ofSam)).Count);
        Assert.Empty(await TenantsInAsync("client_grants", shared, ofSam));
        Assert.Equal([hooli.Value], await TenantsInAsync("shared_tenants", shared, "set_config('app.look_up_name', 'hooli', true)"));
        Assert.Empty(await TenantsInAsync("memberships", shared, "set_config('app.look_up_name', 'hooli', true)"));
    }

    [Fact]
    public async Task A_membership_is_written_by_its_tenant_alone()
    {
        var shared = await SharedRealm.MakeAsync(Cell, "written");
        var (initech, hooli) = (await shared.AddTenantAsync("initech"), await shared.AddTenantAsync("hooli"));
        var sam = await shared.AddMemberAsync(initech, "sam@example.com");
        foreach (var scope in new[] { $"set_config('app.current_account_id', '{sam.Sub}', true)", $"set_config('app.current_tenant_id', '{initech}', true)" })
        {
            await using var connection = await OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync(connection, $"SELECT set_config('app.current_realm_id', '{shared.People.Realm}', true), {scope}");
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, $"""
                INSERT INTO memberships (realm_id, tenant_id, sub, active, joined_at) VALUES ('{shared.People.Realm}', '{hooli}', '{sam.Sub}', true, now())
                """));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }

        await using var own = await OpenAsync();
        await using var change = await own.BeginTransactionAsync();
        await RunAsync(own, $"SELECT set_config('app.current_realm_id', '{shared.People.Realm}', true), set_config('app.current_account_id', '{sam.Sub}', true)");
        await using var update = new NpgsqlCommand("UPDATE memberships SET active = true", own);
        Assert.Equal(0, await update.ExecuteNonQueryAsync());
    }

    private async Task<List<Guid>> TenantsInAsync(string table, SharedRealm shared, string scope)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync(connection, $"SELECT set_config('app.current_realm_id', '{shared.People.Realm}', true)");
        await RunAsync(connection, scope.Length == 0 ? "SELECT 1" : "SELECT " + scope);
        await using var command = new NpgsqlCommand($"SELECT tenant_id FROM {table}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tenants = new List<Guid>();
        while (await reader.ReadAsync())
        {
            tenants.Add(reader.GetGuid(0));
        }

        return tenants;
    }

    private async Task<List<string>> RealmsInAsync(string table, string? realm)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync(connection, $"SELECT set_config('app.current_realm_id', '{realm}', true)");
        await using var command = new NpgsqlCommand($"SELECT realm_id FROM {table}", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var realms = new List<string>();
        while (await reader.ReadAsync())
        {
            realms.Add(reader.GetString(0));
        }

        return realms;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(((PostgresCell)Fixture).Runtime);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
