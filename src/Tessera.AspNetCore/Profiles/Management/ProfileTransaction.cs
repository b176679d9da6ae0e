using Npgsql;
using NpgsqlTypes;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>
/// One change of a tenant's profiles or roles. Changes of one tenant come one after the other: what a change is judged by,
/// the actor's own profile among it, cannot become untrue before it is committed.
/// </summary>
internal sealed class ProfileTransaction : IAsyncDisposable
{
    // In a number space of its own. Two tenants that hash alike wait for each other, no more.
    private const string Lock = "SELECT pg_advisory_xact_lock(7742, hashtext(current_setting('app.current_tenant_id')))";
    private const string Notify = $"SELECT pg_notify('{ProfileSchema.Channel}', current_setting('app.current_tenant_id'))";

    private readonly TenantTransaction _transaction;
    private readonly List<NpgsqlBatchCommand> _writes = [];

    private ProfileTransaction(TenantTransaction transaction) => _transaction = transaction;

    public Dictionary<string, TenantRole> Roles { get; } = [];

    public Dictionary<string, Profile> Profiles { get; } = [];

    /// <param name="subs">Whose profiles the change is about, and whose it is.</param>
    public static async Task<ProfileTransaction> BeginAsync(TenantDatabase database, IEnumerable<string> subs, CancellationToken cancellation)
    {
        var transaction = new ProfileTransaction(await database.BeginAsync(cancellation));
        try
        {
            await transaction.ReadAsync([.. subs], cancellation);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public CallerAccess AccessOf(PermissionCatalogue catalogue, Caller caller) => Profiles.TryGetValue(caller.Sub, out var profile)
        ? new CallerAccess(catalogue, profile.Roles, profile.TenantRoles, profile.Permissions.Concat(profile.TenantRoles.Where(Roles.ContainsKey).SelectMany(role => Roles[role].Permissions)))
        : new CallerAccess(catalogue, catalogue.DefaultRoles(caller.IsMachine), [], []);

    public void Write(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is JsonText json ? new NpgsqlParameter { Value = json.Text, NpgsqlDbType = NpgsqlDbType.Jsonb } : new NpgsqlParameter { Value = value });
        }

        _writes.Add(command);
    }

    /// <summary>Writes all, tells the other instances, and commits: nothing is told of what is not so.</summary>
    public async Task CommitAsync(CancellationToken cancellation)
    {
        await using (var batch = Batch([.. _writes, new NpgsqlBatchCommand(Notify)]))
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await _transaction.CommitAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();

    // The lock is a statement of its own: those after it have snapshots that come after it.
    private async Task ReadAsync(string[] subs, CancellationToken cancellation)
    {
        await using var batch = Batch(
            new NpgsqlBatchCommand(Lock),
            new NpgsqlBatchCommand($"SELECT {ProfileRows.RoleColumns} FROM tessera_roles"),
            new NpgsqlBatchCommand($"SELECT {ProfileRows.Columns} FROM tessera_profiles WHERE sub = ANY ($1)") { Parameters = { new NpgsqlParameter<string[]> { TypedValue = subs } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var role = ProfileRows.ReadRole(reader);
            Roles.Add(role.Role, role);
        }

        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var profile = ProfileRows.Read(reader);
            Profiles.Add(profile.Sub, profile);
        }
    }

    private NpgsqlBatch Batch(params NpgsqlBatchCommand[] commands)
    {
        var batch = new NpgsqlBatch(_transaction.Connection);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return batch;
    }
}

/// <summary>A value that is sent as <c>jsonb</c>.</summary>
internal sealed record JsonText(string Text);
