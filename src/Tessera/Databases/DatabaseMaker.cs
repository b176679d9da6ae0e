using Npgsql;
using Tessera.Up;

namespace Tessera.Databases;

/// <summary>Makes a database with its two roles on a server, or finds them made. The passwords are set each time, so that the server and <c>postgres.json</c> agree.</summary>
internal sealed class DatabaseMaker(Place place, PostgresSecrets secrets, string administrator)
{
    public async Task<DatabaseAccess> MakeAsync(string name, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(administrator);
        await connection.OpenAsync(cancellation);
        var (owner, runtime) = ($"{name}_owner", $"{name}_runtime");
        await RoleAsync(connection, owner, cancellation);
        await RoleAsync(connection, runtime, cancellation);
        if (!await ExistsAsync(connection, "SELECT 1 FROM pg_database WHERE datname = $1", name, cancellation))
        {
            // An administrator that is no superuser makes databases only for roles it is a member of.
            await RunAsync(connection, $"GRANT {Quote(owner)} TO CURRENT_USER", cancellation);
            await RunAsync(connection, $"CREATE DATABASE {Quote(name)} OWNER {Quote(owner)} ENCODING 'UTF8' TEMPLATE template0", cancellation);
        }

        await RunAsync(connection, $"REVOKE ALL ON DATABASE {Quote(name)} FROM PUBLIC; GRANT CONNECT ON DATABASE {Quote(name)} TO {Quote(runtime)}", cancellation);
        return new DatabaseAccess(ConnectionAs(name, owner), ConnectionAs(name, runtime));
    }

    private async Task RoleAsync(NpgsqlConnection connection, string role, CancellationToken cancellation)
    {
        var verb = await ExistsAsync(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1", role, cancellation) ? "ALTER" : "CREATE";

        // Names and generated passwords hold letters, digits and underscores only.
        await RunAsync(connection, $"{verb} ROLE {Quote(role)} LOGIN NOCREATEDB NOCREATEROLE PASSWORD '{secrets.PasswordOf(role, place)}'", cancellation);
    }

    private string ConnectionAs(string database, string role) => new NpgsqlConnectionStringBuilder(administrator)
    {
        Database = database,
        Username = role,
        Password = secrets.PasswordOf(role, place),
        Pooling = true,
    }.ConnectionString;

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Quote(string name) => $"\"{name}\"";
}
