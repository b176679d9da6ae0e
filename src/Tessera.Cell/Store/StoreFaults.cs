using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tessera.Cell.Store;

/// <summary>What the two databases' errors mean.</summary>
internal static class StoreFaults
{
    private const int SqliteUnique = 2067;     // SQLITE_CONSTRAINT_UNIQUE
    private const int SqlitePrimaryKey = 1555; // SQLITE_CONSTRAINT_PRIMARYKEY
    private const int SqliteBusy = 5;          // SQLITE_BUSY

    private const int SqliteForeignKey = 787;  // SQLITE_CONSTRAINT_FOREIGNKEY
    private const int SqliteRestricted = 1811; // SQLITE_CONSTRAINT_TRIGGER, by which SQLite says ON DELETE RESTRICT

    public static bool IsUniqueViolation(DbUpdateException e) => e.InnerException switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
        _ => false,
    };

    /// <summary>Something else hangs on the row.</summary>
    public static bool IsForeignKeyViolation(Exception e) => (e as DbUpdateException)?.InnerException is { } inner ? IsForeignKeyViolation(inner) : e switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteForeignKey or SqliteRestricted,
        _ => false,
    };

    /// <summary>Somebody else has held a lock for longer than was waited for.</summary>
    public static bool IsLockTimeout(Exception e) => e switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.LockNotAvailable,
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteBusy,
        _ => false,
    };

    /// <summary>All connections were taken for as long as was waited for one.</summary>
    public static bool IsFull(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => true,
        NpgsqlException { InnerException: TimeoutException, SqlState: null } npgsql => npgsql.Message.Contains("pool has been exhausted", StringComparison.Ordinal),
        _ => e.InnerException is not null && IsFull(e.InnerException),
    };

    /// <summary>The store is away, full or too busy: the request may succeed later, and nothing it acknowledged is lost.</summary>
    public static bool IsOutage(Exception e) => e is DbException or DbUpdateException { InnerException: DbException } or TimeoutException or StoreFullException
        || e.InnerException is not null && e is InvalidOperationException && IsOutage(e.InnerException);
}
