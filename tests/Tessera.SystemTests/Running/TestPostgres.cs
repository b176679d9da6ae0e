using Npgsql;

namespace Tessera.SystemTests.Running;

/// <summary>Databases of a test's own on the server the test command has started; dropped with it.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly List<string> _names = [];

    public static string Administrator => Environment.GetEnvironmentVariable("TESSERA_TEST_POSTGRES")
        ?? throw new InvalidOperationException("These tests need a real PostgreSQL: set TESSERA_TEST_POSTGRES to a superuser's connection string, or run ./dev test.");

    /// <summary>A new database with an owner role and a runtime role that owns nothing.</summary>
    public async Task<(string Runtime, string Owner)> CreateAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        _names.Add(name);
        await RunAsync(
            $"CREATE ROLE {name}_owner LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS",
            $"CREATE ROLE {name}_app LOGIN PASSWORD 'app' NOSUPERUSER NOBYPASSRLS NOINHERIT",
            $"CREATE DATABASE {name} OWNER {name}_owner");
        string As(string role, string password) => new NpgsqlConnectionStringBuilder(Administrator)
        {
            Database = name, Username = $"{name}_{role}", Password = password, MaxPoolSize = 20,
        }.ConnectionString;
        return (As("app", "app"), As("owner", "owner"));
    }

    /// <summary>Drops databases and the roles named after them, where they are.</summary>
    public static Task DropAsync(params IEnumerable<string> databases) => RunAsync([.. databases.SelectMany(name => new[]
    {
        $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", $"DROP ROLE IF EXISTS {name}_owner", $"DROP ROLE IF EXISTS {name}_app", $"DROP ROLE IF EXISTS {name}_runtime",
    })]);

    public async ValueTask DisposeAsync() => await DropAsync(_names);

    private static async Task RunAsync(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Administrator) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
