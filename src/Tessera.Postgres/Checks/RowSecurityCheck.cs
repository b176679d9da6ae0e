using Npgsql;

namespace Tessera.Postgres.Checks;

/// <summary>Looks, before the first request, whether the database keeps tenants apart for the role that serves them.</summary>
public static class RowSecurityCheck
{
    /// <summary>Checks every table that has one of <paramref name="columns"/>, in one round trip. Needs no rights beyond a connection.</summary>
    /// <param name="source">Connects as the role that serves requests.</param>
    /// <param name="columns">The columns that name a row's owner: <c>tenant_id</c>, <c>realm_id</c>.</param>
    /// <exception cref="RowSecurityException">Something does not hold. It lists every fault.</exception>
    public static async Task RunAsync(NpgsqlDataSource source, IReadOnlyCollection<string> columns, CancellationToken cancellation = default)
    {
        var faults = await FindAsync(source, columns, cancellation);
        if (faults.Count > 0)
        {
            throw new RowSecurityException(faults);
        }
    }

    private static async Task<IReadOnlyList<RowSecurityFault>> FindAsync(NpgsqlDataSource source, IReadOnlyCollection<string> columns, CancellationToken cancellation)
    {
        await using var batch = source.CreateBatch();
        foreach (var rule in RowSecurityRules.All)
        {
            // Every rule has the parameter, used or not, so that all are bound alike.
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT f.* FROM ({rule.Finding}) f WHERE $1::text[] IS NOT NULL ORDER BY 1")
            {
                Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. columns] } },
            });
        }

        var faults = new List<RowSecurityFault>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        foreach (var rule in RowSecurityRules.All)
        {
            while (await reader.ReadAsync(cancellation))
            {
                faults.Add(rule.Fault(reader.GetString(0)));
            }

            await reader.NextResultAsync(cancellation);
        }

        return faults;
    }
}
