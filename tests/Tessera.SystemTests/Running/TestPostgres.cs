using Npgsql;

namespace Tessera.SystemTests.Running;

/// <summary>Databases of a test's own on the server the test command has started; dropped with it.</summary>
/// <param name="server">A superuser's connection string, if it is not that server.</param>
public sealed class TestPostgres(string? server = null) : IAsyncDisposable
{
    private readonly string _server = server ?? Administrator;
    private readonly List<string> _names = [];

    public static string Administrator => Environment.GetEnvironmentVariable("TESSERA_TEST_POSTGRES")
        ?? throw new InvalidOperationException("These tests need a real PostgreSQL: set TESSERA_TEST_POSTGRES to a superuser's connection string, or run ./dev test.");

    /// <summary>A new database with an owner role and a runtime role that owns nothing.</summary>
    public async Task<(string Runtime, string Owner)> CreateAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        _names.Add(name);
        await RunAsync(
            _server,
            $"CREATE ROLE {name}_owner LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS",
            $"CREATE ROLE {name}_app LOGIN PASSWORD 'app' NOSUPERUSER NOBYPASSRLS NOINHERIT",
            $"CREATE DATABASE {name} OWNER {name}_owner");
        string As(string role, string password) => new NpgsqlConnectionStringBuilder(_server)
        {
            Database = name, Username = $"{name}_{role}", Password = password, MaxPoolSize = 20,
        }.ConnectionString;
        return (As("app", "app"), As("owner", "owner"));
    }

    /// <summary>Drops databases and the roles named after them, where they are.</summary>
    public static Task DropAsync(params IEnumerable<string> databases) => DropAsync(Administrator, databases);

    public async ValueTask DisposeAsync() => await DropAsync(_server, _names);

    private static Task DropAsync(string server, IEnumerable<string> databases) => RunAsync(server, [.. databases.SelectMany(name => new[]
    {
        $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", $"DROP ROLE IF EXISTS {name}_owner", $"DROP ROLE IF EXISTS {name}_app", $"DROP ROLE IF EXISTS {name}_runtime",
    })]);

    private static async Task RunAsync(string server, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
