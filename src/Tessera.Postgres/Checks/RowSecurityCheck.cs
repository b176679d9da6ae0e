using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Postgres.Checks.Rules;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

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
        await using var connection = await source.OpenConnectionAsync(cancellation);
        Demand(await RowSecurityQuery.FindAsync(connection, RowSecurityRules.AtStart, columns, roles: null, tables: null, cancellation));
    }

    /// <summary>
    /// Checks every table that has a <c>tenant_id</c>, over the context's own connection, and the context's model: each entity
    /// has a tenant or is declared shared, and each tenant's table is in the database.
    /// </summary>
    /// <exception cref="RowSecurityException">Something does not hold. It lists every fault.</exception>
    public static async Task RunAsync(DbContext context, CancellationToken cancellation = default)
    {
        await context.Database.OpenConnectionAsync(cancellation);
        try
        {
            var found = await RowSecurityQuery.FindAsync(
                (NpgsqlConnection)context.Database.GetDbConnection(), [.. RowSecurityRules.AtStart, TableRules.ListedWithoutTenant],
                [TenantRows.Column], roles: null, TenantModel.Tables(context.Model), cancellation);
            Demand([.. TenantModel.Undeclared(context.Model), .. found]);
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    private static void Demand(IReadOnlyList<RowSecurityFault> faults)
    {
        if (faults.Count > 0)
        {
            throw new RowSecurityException(faults);
        }
    }
}
