using Npgsql;

namespace Tessera.Postgres.Checks;

/// <summary>Looks, before the first request, whether the database keeps tenants apart for the role that serves them.</summary>
public static class RowSecurityCheck
{
    /// <summary>Checks every table that has one of <paramref name="columns"/>, in two round trips. Needs no rights beyond a connection.</summary>
    /// <param name="source">Connects as the role that serves requests.</param>
    /// <param name="columns">The columns that name a row's owner: <c>tenant_id</c>, <c>realm_id</c>.</param>
    /// <exception cref="RowSecurityException">Something does not hold. It lists every fault.</exception>
    public static async Task RunAsync(NpgsqlDataSource source, IReadOnlyCollection<string> columns, CancellationToken cancellation = default)
    {
        var faults = await RowSecurityQuery.FindAsync(source, RowSecurityRules.AtStart, columns, roles: null, tables: null, cancellation);
        if (faults.Count > 0)
        {
            throw new RowSecurityException(faults);
        }
    }
}
