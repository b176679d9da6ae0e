using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using Tessera.Cell.Audit;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Realms;
using Tessera.Cell.Revocations;
using Tessera.Postgres.EntityFramework;

namespace Tessera.Cell.Store;

/// <summary>The store a cell is told to use: SQLite in its data folder, or PostgreSQL under row-level security.</summary>
internal static class CellStoreSetup
{
    // A statement that hangs is given up after its own time, two of connecting (the driver asks on another connection, which hangs too,
    // that it be cancelled: once with TLS, once without) and that of the cancellation.
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 5;
    private const int CancellationMilliseconds = 500;

    public static void AddCellStore(this IServiceCollection services)
    {
        services.AddSingleton(provider => Source(provider.GetRequiredService<IOptions<CellOptions>>().Value));
        services.AddSingleton(provider => Options(provider.GetRequiredService<IOptions<CellOptions>>().Value, provider));
        services.AddSingleton<CellStore>();
        services.AddHostedService<PrepareStore>();
        services.AddScoped(provider =>
        {
            var scope = provider.GetRequiredService<RealmScope>();
            var rows = RowsOf.InRealm(scope.Realm.Id, scope.Realm.Epoch);
            // At the control door the tenant of a shared realm is known from the start; elsewhere it is entered once it is chosen.
            var db = provider.GetRequiredService<CellStore>().Open(scope.Realm.IsShared ? rows with { Tenant = scope.FindTenant() } : rows, provider.GetRequiredService<PendingAudit>());
            return provider.GetRequiredService<RequestDb>().Keep(db);
        });
        services.AddScoped<RequestDb>();
        services.AddSingleton<StoreRoom>();
    }

    public static string SqlitePath(CellOptions cell) => Path.Combine(cell.Data, "cell.db");

    private static NpgsqlDataSource Source(CellOptions cell)
    {
        var builder = new NpgsqlDataSourceBuilder(cell.Postgres) { ConnectionStringBuilder = { MaxAutoPrepare = 100, ApplicationName = $"tessera-cell-{cell.Id}" } };
        BoundWaiting(builder.ConnectionStringBuilder, new NpgsqlConnectionStringBuilder(cell.Postgres));
        return builder.Build();
    }

    /// <summary>
    /// A database that hangs, or whose connections are all taken, is noticed while people still wait for their answer: whatever the
    /// operator has not set is far less than the 15 and 30 seconds it would be.
    /// </summary>
    internal static void BoundWaiting(NpgsqlConnectionStringBuilder used, NpgsqlConnectionStringBuilder told)
    {
        used.Timeout = told.ShouldSerialize("Timeout") ? told.Timeout : ConnectSeconds;
        used.CommandTimeout = told.ShouldSerialize("Command Timeout") ? told.CommandTimeout : CommandSeconds;
        used.CancellationTimeout = told.ShouldSerialize("Cancellation Timeout") ? told.CancellationTimeout : CancellationMilliseconds;
    }

    private static DbContextOptions<CellDb> Options(CellOptions cell, IServiceProvider provider)
    {
        var builder = new DbContextOptionsBuilder<CellDb>().AddInterceptors(new RingOnCommit(provider.GetRequiredService<Bell>()));
        builder.UseSnakeCaseNamingConvention();
        // A grant and its tokens are of one realm, so their filters agree.
        builder.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning));
        if (cell.Postgres is null)
        {
            builder.UseSqlite($"Data Source={SqlitePath(cell)}").AddInterceptors(new SqlitePragmas(), new SqliteFence());
        }
        else
        {
            builder.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>());
            builder.UseRowLevelSecurity();
        }

        return builder.Options;
    }
}
