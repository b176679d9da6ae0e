using Npgsql;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>The stores every test runs on: SQLite, and PostgreSQL where TESSERA_TEST_POSTGRES names a server.</summary>
public static class Stores
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    private static readonly string? Server = Environment.GetEnvironmentVariable("TESSERA_TEST_POSTGRES");

    public static TheoryData<string> All => Server is null ? [Sqlite] : [Sqlite, Postgres];

    /// <summary>A database of its own with an owner and a runtime role.</summary>
    internal static async Task<(string Runtime, string Owner)> MakeDatabaseAsync()
    {
        var name = $"control_{Guid.NewGuid():N}";
        await using (var server = new NpgsqlConnection(Server))
        {
            await server.OpenAsync();
            await ExecuteAsync(server, $"CREATE ROLE {name}_owner LOGIN PASSWORD 'owner'");
            await ExecuteAsync(server, $"CREATE ROLE {name}_app LOGIN PASSWORD 'app'");
            await ExecuteAsync(server, $"CREATE DATABASE {name} OWNER {name}_owner");
        }

        string As(string role) => new NpgsqlConnectionStringBuilder(Server)
        {
            Database = name, Username = $"{name}_{role}", Password = role, MaxPoolSize = 10, Pooling = true,
        }.ToString();
        return (As("app"), As("owner"));
    }

    internal static string AsServer(string connection) =>
        new NpgsqlConnectionStringBuilder(Server) { Database = new NpgsqlConnectionStringBuilder(connection).Database }.ToString();

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
