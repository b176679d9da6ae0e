using Npgsql;
using NpgsqlTypes;

namespace Tessera.ControlPlane.Trials;

/// <summary>
/// Writes a plan's cells and tenants into a directory on PostgreSQL, a cell and its tenants in one transaction. Tenants written
/// like this exist in the directory alone: no cell has a realm of theirs. What is there already is left as it is.
/// </summary>
public static class TrialDirectory
{
    private const string AsEveryone = "SELECT set_config('app.directory_scope', 'all', true)";

    private const string TakeRevisions = "UPDATE directory_revision SET revision = revision + $1 WHERE id = 1 RETURNING revision";

    private const string IsThere = "SELECT EXISTS (SELECT FROM cells WHERE cell_id = $1)";

    private const string Cell = """
        INSERT INTO cells (cell_id, region, capacity, state, tenants, canary, begins_spare, backend, endpoint, public_key, shared_pool_id, created_at, revision)
        VALUES ($1, $2, $3, 'Closed', 0, false, false, 'Native', $4, $5, $6, $7, $8)
        """;

    private const string Pool = "INSERT INTO pools (pool_id, cell_id, keys, revision) VALUES ($1, $2, $3, $4)";

    private const string Tenants = """
        INSERT INTO tenants (tenant_id, slug, display_name, state, pattern, cell_id, pool_id, realm_id, epoch, sign_in_host, email_domains, canary, created_at, born, revision)
        SELECT id, slug, 'Trial tenant', 'Active', 'Hybrid', $1, $2, realm, 1, slug || '.' || $3, '{}', false, at, $4 + n, $4 + n
        FROM unnest($5::uuid[], $6::text[], $7::text[], $8::timestamptz[]) WITH ORDINALITY AS t (id, slug, realm, at, n)
        """;

    private const string Clients = """
        INSERT INTO clients (client_id, tenant_id, realm_id, name, confidential, redirect_uris, post_logout_redirect_uris, grant_types, scopes, audiences,
          signing_algorithm, custom_tenant_claim, require_pkce, require_pushed_authorization, created_at, active, born)
        SELECT client, id, realm, 'Default', false, '{https://app.example.com/callback}', '{}', '{authorization_code,refresh_token}', '{orders}', '{orders}',
          'ES256', false, true, false, at, true, $1 + n
        FROM unnest($2::text[], $3::uuid[], $4::text[], $5::timestamptz[]) WITH ORDINALITY AS t (client, id, realm, at, n)
        """;

    private const string Names = """
        INSERT INTO names (kind, name, tenant_id)
        SELECT kind, name, id FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, slug, client)
        CROSS JOIN LATERAL (VALUES ('Slug', slug), ('Host', slug || '.' || $4), ('ClientId', client)) AS wanted (kind, name)
        """;

    private const string Audit = """
        INSERT INTO audit_log (revision, at, actor, action, subject, tenant_id, details)
        SELECT $1 + n, at, 'system', 'tenant.generate', slug, id, '{}' FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) WITH ORDINALITY AS t (id, slug, at, n)
        """;

    private const string CellAudit = """
        INSERT INTO audit_log (revision, at, actor, action, subject, tenant_id, details) VALUES ($1, $2, 'system', 'cell.generate', $3, NULL, '{}')
        """;

    /// <summary>Fills the directory and answers how many tenants it has made; what an earlier run made is told as progress and not made again.</summary>
    /// <param name="connection">Of the runtime role.</param>
    public static async Task<int> FillAsync(string connection, TrialPlan plan, Action<int> advance, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var database = await source.OpenConnectionAsync(cancellation);
        var made = 0;
        for (var cell = 0; cell < plan.Cells; cell++)
        {
            made += await CellAsync(database, plan, cell, cancellation) ? plan.PerCell : 0;
            advance(plan.PerCell);
        }

        return made;
    }

    private static async Task<bool> CellAsync(NpgsqlConnection database, TrialPlan plan, int cell, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginTransactionAsync(cancellation);
        await ScalarAsync(database, transaction, AsEveryone, [], cancellation);
        var last = (long)(await ScalarAsync(database, transaction, TakeRevisions, [(long)plan.PerCell + 1], cancellation))!;
        if (await ScalarAsync(database, transaction, IsThere, [plan.CellOf(cell)], cancellation) is true)
        {
            return false;
        }

        var first = last - plan.PerCell;
        var numbers = Enumerable.Range(cell * plan.PerCell, plan.PerCell).ToArray();
        var ids = Array.ConvertAll(numbers, plan.TenantOf);
        var slugs = Array.ConvertAll(numbers, number => TrialPlan.SlugOf(plan.Seed, number));
        var realms = Array.ConvertAll(numbers, number => plan.RealmOf(cell, number));
        var clients = Array.ConvertAll(numbers, plan.ClientOf);
        var times = Array.ConvertAll(numbers, number => TrialPlan.CreatedAt(number).UtcDateTime);
        var now = times[0];
        await using var batch = new NpgsqlBatch(database, transaction)
        {
            BatchCommands =
            {
                Command(Cell, plan.CellOf(cell), TrialPlan.RegionOf(cell), plan.PerCell, plan.EndpointOf(cell), plan.KeyOf(cell), plan.PoolOf(cell), now, first),
                Command(Pool, plan.PoolOf(cell), plan.CellOf(cell), plan.PoolKeysOf(cell), first),
                Command(Tenants, plan.CellOf(cell), plan.PoolOf(cell), plan.Authority, first, ids, slugs, realms, times),
                Command(Clients, first, clients, ids, realms, times),
                Command(Names, ids, slugs, clients, plan.Authority),
                Command(Audit, first, ids, slugs, times),
                Command(CellAudit, first, now, plan.CellOf(cell)),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }

    private static NpgsqlParameter Parameter(object value) => value switch
    {
        DateTime => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        DateTime[] => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
        _ => new NpgsqlParameter { Value = value },
    };

    private static async Task<object?> ScalarAsync(
        NpgsqlConnection database, NpgsqlTransaction transaction, string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, database, transaction);
        command.Parameters.AddRange(Array.ConvertAll(values, Parameter));
        return await command.ExecuteScalarAsync(cancellation);
    }
}
