using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Checks;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

/// <summary>Migrations that protect tables, a model that says whose its rows are, and the check at start that compares both.</summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();
    private readonly TenantId _acme = TenantId.New();
    private readonly TenantId _globex = TenantId.New();

    [Fact]
    public async Task An_entity_of_a_tenant_is_kept_apart_by_one_line_and_a_migration()
    {
        await MigrateAsync();
        await using (var db = Shelf.Open(_database.Runtime, _acme))
        {
            db.AddRange(new Box { Label = "acme's" }, new Box { Label = "acme's too" }, new Jar { Label = "acme's" });
            Assert.Equal(3, await db.SaveChangesAsync(Cancellation));
            Assert.All(db.ChangeTracker.Entries<Box>(), box => Assert.Equal(_acme, box.Entity.TenantId));
        }

        await using (var db = Shelf.Open(_database.Runtime, _globex))
        {
            Assert.Empty(await db.Boxes.ToListAsync(Cancellation));
            Assert.Empty(await db.Jars.ToListAsync(Cancellation));
            db.Add(new Box { TenantId = _acme, Label = "smuggled" });
            var refusal = await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancellation));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.IsType<PostgresException>(refusal.InnerException).SqlState);
        }

        await using (var db = Shelf.Open(_database.Runtime, _acme))
        {
            var jar = await db.Jars.SingleAsync(Cancellation);
            db.Entry(jar).Property("TenantId").CurrentValue = _globex.Value;
            await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Down_takes_the_protection_away_and_up_puts_it_back()
    {
        await MigrateAsync();
        await MigrateAsync("20260101000000_First");
        Assert.Equal("f f 0", await StateAsync("jars"));
        await MigrateAsync();
        Assert.Equal("t t 1", await StateAsync("jars"));
        Assert.Equal("t t 1", await StateAsync("store.\"Boxes\""));
        await MigrateAsync(Migration.InitialDatabase);
    }

    [Fact]
    public async Task An_idempotent_script_protects_and_may_be_run_again()
    {
        await using var db = Shelf.Open(_database.Owner);
        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        await TestDatabase.ExecuteAsync(_database.Owner, script);
        await TestDatabase.ExecuteAsync(_database.Owner, script);
        Assert.Equal("t t 1", await StateAsync("jars"));
    }

    [Fact]
    public async Task The_check_of_a_context_refuses_a_table_nobody_protected_and_one_that_is_not_there()
    {
        await MigrateAsync("20260101000000_First");
        Assert.Contains(("not_enabled", "jars"), await FaultsAsync());
        await MigrateAsync();
        await StartAsync(services => services.AddRowSecurityCheck<Shelf>());
        await TestDatabase.ExecuteAsync(_database.Owner, "ALTER TABLE jars RENAME TO pots");
        Assert.Equal([("listed_without_tenant", "jars")], await FaultsAsync());
    }

    [Fact]
    public void An_entity_without_a_tenant_has_to_be_declared()
    {
        using var db = new Undecided(new DbContextOptionsBuilder<Undecided>().UseNpgsql("Host=nowhere").Options);
        Assert.Equal([("entity_without_tenant", nameof(Country))], TenantModel.Undeclared(db.Model).Select(fault => (fault.Rule, fault.Subject)));
        Assert.Equal(["jars"], TenantModel.Tables(db.Model));
    }

    [Fact]
    public async Task A_host_does_not_start_over_a_database_that_keeps_nobody_apart()
    {
        await StartAsync(services => services.AddTenantDatabase(_database.RuntimeConnection()));
        await TestDatabase.ExecuteAsync(_database.Owner, "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY");
        var refusal = await Assert.ThrowsAsync<RowSecurityException>(() => StartAsync(services => services.AddTenantDatabase(_database.RuntimeConnection())));
        Assert.Equal("not_forced", Assert.Single(refusal.Faults).Rule);
        await TestDatabase.ExecuteAsync(_database.Owner, "ALTER TABLE notes FORCE ROW LEVEL SECURITY");
        await Assert.ThrowsAsync<RowSecurityException>(() => StartAsync(services => services.AddTenantDatabase(_database.OwnerConnection)));
    }

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await TestDatabase.ExecuteAsync(_database.Owner, $"""
            ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {_database.RuntimeRole};
            ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO {_database.RuntimeRole};
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task MigrateAsync(string? target = null)
    {
        await using var db = Shelf.Open(_database.Owner);
        await db.GetService<IMigrator>().MigrateAsync(target, Cancellation);
    }

    private async Task<List<(string Rule, string Subject)>> FaultsAsync() =>
        [.. (await Assert.ThrowsAsync<RowSecurityException>(() => StartAsync(services => services.AddRowSecurityCheck<Shelf>()))).Faults.Select(fault => (fault.Rule, fault.Subject))
            .Where(fault => fault.Rule is "not_enabled" or "listed_without_tenant")];

    private async Task StartAsync(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddTenantScope();
        builder.Services.AddDbContext<Shelf>(options => options.UseNpgsql(_database.Runtime).UseTenantRowLevelSecurity());
        add(builder.Services);
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.StopAsync(Cancellation);
    }

    private Task<string> StateAsync(string table) => _database.AskAsync<string>(
        $"SELECT concat_ws(' ', relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)) FROM pg_class c WHERE oid = '{table}'::regclass");

    private sealed class Undecided(DbContextOptions<Undecided> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Jar>().HasTenant().ToTable("jars");
            modelBuilder.Entity<Country>().ToTable("countries").HasKey(country => country.Code);
        }
    }
}
