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
        await RunAsync(connection, $"SELECT set_config('app.sign_in_host', '{Acme.SignInAuthority}', true)");
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
