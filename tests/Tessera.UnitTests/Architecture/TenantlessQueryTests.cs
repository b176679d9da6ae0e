using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Tessera.Cell.Store;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.Architecture;

/// <summary>Nobody asks for rows without saying whose: every model filters, and what goes past a model is listed here with its reason.</summary>
public sealed partial class TenantlessQueryTests
{
    /// <summary>Rows with a realm or tenant that no filter binds, and why.</summary>
    private static readonly Dictionary<string, string> Unfiltered = new()
    {
        [nameof(LogoutQueueRow)] = "tells the worker which realm to look into, and nothing of a tenant",
        [nameof(MoveQueueRow)] = "the same, of what moves have left",
        [nameof(RevocationQueueRow)] = "the same, of revocations that wait to be told",
    };

    /// <summary>Files that write SQL themselves, and why nobody's rows are mixed there.</summary>
    private static readonly Dictionary<string, string> OwnSql = new()
    {
        ["samples/Orders/OrdersApi.cs"] = "names no tenant, and is sent with one: the application under row-level security",
        ["samples/Orders/OrdersSchema.cs"] = "makes the table and its policy",
        ["src/Tessera.AspNetCore/Profiles/Access/CallerAccesses.cs"] = "names no tenant, and is sent with one",
        ["src/Tessera.AspNetCore/Profiles/Access/ChangeListener.cs"] = "listens, and reads no row",
        ["src/Tessera.AspNetCore/Profiles/Management/ProfileTransaction.cs"] = "the tenant's transaction, below a forced policy",
        ["src/Tessera.Cell/Moves/Rows/KeyRange.cs"] = "names its realm, within the query filter and a forced policy; keys from outside are parameters",
        ["src/Tessera.Cell/Store/PostgresSchema.cs"] = "makes tables and policies, as their owner",
        ["src/Tessera.Cell/Store/PrepareStore.cs"] = "makes triggers, as SQLite's one user",
        ["src/Tessera.Cell/Store/RealmHold.cs"] = "takes a realm's lock, and reads no row",
        ["src/Tessera.Cell/Store/SqliteFence.cs"] = "asks how the writer's own realm stands",
        ["src/Tessera.Cell/Store/SqlitePragmas.cs"] = "sets up a connection",
        ["src/Tessera.Cell/Tokens/Store/PostgresTicketRows.cs"] = "the hot path of tickets: every batch begins with its realm, below a forced policy",
        ["src/Tessera.Cell/Tokens/Store/TicketSql.cs"] = "the statements of that path",
        ["src/Tessera.ControlPlane/Store/Change.cs"] = "takes the next revision",
        ["src/Tessera.ControlPlane/Store/DirectoryStore.cs"] = "says the scope of a unit of work to the database",
        ["src/Tessera.ControlPlane/Store/PostgresEngine.cs"] = "says the scope of a unit of work to the database",
        ["src/Tessera.ControlPlane/Store/PostgresSchema.cs"] = "makes tables and policies, as their owner",
        ["src/Tessera.ControlPlane/Store/SqliteEngine.cs"] = "sets up a connection",
        ["src/Tessera.ControlPlane/Trials/TrialDirectory.cs"] = "writes tenants for trials, and reads no tenant's row",
        ["src/Tessera/Databases/DatabaseMaker.cs"] = "makes databases and roles",
    };

    [Fact]
    public void Every_row_of_a_cell_that_is_a_realms_is_filtered_by_it()
    {
        using var db = new CellDb(new DbContextOptionsBuilder<CellDb>().UseSqlite("Data Source=:memory:").Options, RowsOf.Cell);
        Assert.Empty(WithoutFilter(db.Model));
    }

    [Fact]
    public void Every_row_of_the_directory_that_is_a_tenants_is_filtered_by_it()
    {
        using var db = new DirectoryDb(new DbContextOptionsBuilder<DirectoryDb>().UseSqlite("Data Source=:memory:").Options, default);
        Assert.Empty(WithoutFilter(db.Model));
    }

    [Fact]
    public void No_query_takes_its_filter_off() =>
        Assert.DoesNotContain(Product, file => Repository.Read(file).Contains("IgnoreQueryFilters", StringComparison.Ordinal));

    [Fact]
    public void The_directory_is_opened_where_the_scope_of_a_unit_of_work_is_said() => Assert.Equal(
        ["DirectoryStore.cs", "PostgresEngine.cs", "PostgresSchema.cs", "SqliteEngine.cs"],
        Product.Where(file => Repository.Read(file).Contains("new DirectoryDb(", StringComparison.Ordinal)).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void A_file_with_SQL_of_its_own_says_why_it_may() => Assert.Equal(
        OwnSql.Keys.Order(StringComparer.Ordinal),
        Product.Where(file => !file.StartsWith("src/Tessera.Postgres/", StringComparison.Ordinal) && Sql().IsMatch(Repository.Read(file))).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Product => Repository.Sources.Where(file => file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("samples/", StringComparison.Ordinal));

    private static IEnumerable<string> WithoutFilter(IModel model) => model.GetEntityTypes()
        .Where(type => type.GetProperties().Any(property => property.Name is "RealmId" or "TenantId" or "Realm") && type.GetDeclaredQueryFilters().Count == 0)
        .Select(type => type.ClrType.Name).Except(Unfiltered.Keys);

    [GeneratedRegex("NpgsqlCommand|NpgsqlBatch|FromSql|SqlQuery|ExecuteSql|SqliteCommand|CreateCommand|CommandText")]
    private static partial Regex Sql();
}
