using Npgsql;

namespace Tessera.Benchmarks.Servers;

/// <summary>A database of one cell on the server <c>./dev bench</c> has started, with an owner and a runtime role.</summary>
internal sealed record Database(string Name, string Runtime, string Owner)
{
    private static string Administrator => Environment.GetEnvironmentVariable("TESSERA_TEST_POSTGRES")
        ?? throw new InvalidOperationException("The benchmarks need a PostgreSQL: run ./dev bench, or set TESSERA_TEST_POSTGRES to a superuser's connection string.");

    public static async Task<Database> CreateAsync()
    {
        var name = $"bench_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(Administrator);
        await RunAsync(source, $"CREATE ROLE {name}_owner LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS");
        await RunAsync(source, $"CREATE ROLE {name}_app LOGIN PASSWORD 'app' NOSUPERUSER NOBYPASSRLS NOINHERIT");
        await RunAsync(source, $"CREATE DATABASE {name} OWNER {name}_owner");
        return new Database(name, As(name, "app"), As(name, "owner"));
    }

    /// <summary>The owner's connection, as a URL.</summary>
    public string OwnerUrl => new NpgsqlConnectionStringBuilder(Owner) is var owner
        ? $"postgres://{owner.Username}:{owner.Password}@{owner.Host}:{owner.Port}/{owner.Database}" : throw new InvalidOperationException();

    /// <summary>A statement as the superuser, whom row-level security does not bind.</summary>
    public async Task<int> RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Administrator) { Database = Name, Pooling = false, CommandTimeout = 300 }.ConnectionString);
        return await RunAsync(source, sql);
    }

    public async Task DropAsync()
    {
        await using var source = NpgsqlDataSource.Create(Administrator);
        await RunAsync(source, $"DROP DATABASE {Name} WITH (FORCE)");
        await RunAsync(source, $"DROP ROLE {Name}_app, {Name}_owner");
    }

    private static string As(string name, string role) => new NpgsqlConnectionStringBuilder(Administrator)
    {
        Database = name, Username = $"{name}_{role}", Password = role, MaxPoolSize = 20,
    }.ConnectionString;

    private static async Task<int> RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }
}
