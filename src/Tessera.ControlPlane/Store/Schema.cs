using Microsoft.EntityFrameworkCore;

namespace Tessera.ControlPlane.Store;

/// <summary>The version of the tables this program reads and writes.</summary>
internal static class Schema
{
    public const int Version = 7;

    /// <summary>The statements that make the tables and their first rows.</summary>
    public static string CreateScript(DirectoryDb db) => $"""
        {db.Database.GenerateCreateScript()}
        {(db.Database.IsSqlite() ? CountingSql.Sqlite : CountingSql.Postgres)}
        INSERT INTO directory_revision (id, revision) VALUES (1, 0);
        INSERT INTO schema_info (version) VALUES ({Version});
        """;

    /// <exception cref="StoreRefusedException">The store has another version.</exception>
    public static async Task RequireVersionAsync(DirectoryDb db, CancellationToken cancellation)
    {
        var versions = await db.SchemaInfo.Select(row => row.Version).ToListAsync(cancellation);
        if (versions is not [Version])
        {
            throw new StoreRefusedException(
                $"The directory's store has schema version {string.Join(", ", versions)}; this program needs version {Version}.");
        }
    }
}
