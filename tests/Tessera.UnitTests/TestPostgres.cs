using Npgsql;

namespace Tessera.UnitTests;

/// <summary>Databases of a test's own on the server the test command has started.</summary>
public static class TestPostgres
{
    public static string Administrator => Environment.GetEnvironmentVariable("TESSERA_TEST_POSTGRES")
        ?? throw new InvalidOperationException("These tests need a real PostgreSQL: set TESSERA_TEST_POSTGRES to a superuser's connection string, or run ./dev test.");

    /// <summary>A new database with an owner role and a runtime role that owns nothing.</summary>
    public static async Task<(string Runtime, string Owner)> CreateAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(Administrator);
        foreach (var sql in new[]
        {
            $"CREATE ROLE {name}_owner LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS",
            $"CREATE ROLE {name}_app LOGIN PASSWORD 'app' NOSUPERUSER NOBYPASSRLS NOINHERIT",
            $"CREATE DATABASE {name} OWNER {name}_owner",
        })
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }

        string As(string role, string password) => new NpgsqlConnectionStringBuilder(Administrator)
        {
            Database = name, Username = $"{name}_{role}", Password = password, MaxPoolSize = 20,
        }.ConnectionString;
        return (As("app", "app"), As("owner", "owner"));
    }
}
