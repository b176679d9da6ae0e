using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tessera.ControlPlane.Store;

/// <summary>Whether a failure is the store's, which is away, full or too busy, and no fault in what it was asked.</summary>
internal static class StoreOutage
{
    private static readonly int[] OfSqlite = [5, 6, 8, 10, 13, 14]; // busy, locked, read-only, I/O error, full, cannot open

    // Connection exceptions, insufficient resources, operator's intervention, errors of the system below.
    private static readonly string[] OfPostgres = ["08", "53", "57", "58"];

    public static bool Is(Exception e) => e switch
    {
        PostgresException postgres => OfPostgres.Any(kind => postgres.SqlState.StartsWith(kind, StringComparison.Ordinal)),
        NpgsqlException => true, // the connection's, not the statement's
        SqliteException sqlite => OfSqlite.Contains(sqlite.SqliteErrorCode),
        DbUpdateException or InvalidOperationException => e.InnerException is { } inner && Is(inner), // so Entity Framework wraps them
        _ => false,
    };
}
