using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

/// <summary>A context with the tenant of each lease, and of no other.</summary>
internal sealed class PooledNotebook(DbContextOptions<PooledNotebook> options) : TenantContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => Notebook.Map(modelBuilder);
}

public sealed class ContextPoolTests(NotebookFixture fixture) : IClassFixture<NotebookFixture>
{
    [Fact]
    public async Task The_same_context_reaches_the_rows_of_whoever_has_it()
    {
        await using var services = Services(poolSize: 1);
        var seen = new HashSet<DbContext>(ReferenceEqualityComparer.Instance);
        foreach (var tenant in new[] { fixture.Acme, fixture.Globex, fixture.Acme })
        {
            await using var scope = services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant);
            var db = scope.ServiceProvider.GetRequiredService<PooledNotebook>();
            seen.Add(db);
            Assert.Equal([tenant.Value], (await db.Set<User>().ToListAsync(Cancellation)).Select(user => user.TenantId).Distinct());
            Assert.Equal(10, db.ChangeTracker.Entries().Count());
        }

        Assert.Single(seen);
    }

    [Fact]
    public async Task A_context_that_was_given_back_reaches_nobodys_rows()
    {
        await using var services = Services(poolSize: 1);
        PooledNotebook kept;
        await using (var scope = services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<TenantScope>().Set(fixture.Acme);
            kept = scope.ServiceProvider.GetRequiredService<PooledNotebook>();
            Assert.Equal(fixture.Acme.Value, (await kept.Set<User>().FirstAsync(Cancellation)).TenantId);
        }

        Assert.Throws<InvalidOperationException>(() => kept.Tenants);
    }

    [Fact]
    public async Task A_lease_without_a_tenant_finds_nothing_whoever_had_the_context_before()
    {
        await using var services = Services(poolSize: 1);
        var contexts = services.GetRequiredService<TenantContextFactory<PooledNotebook>>();
        await using (var db = contexts.Create(ScopeOf(fixture.Acme)))
        {
            Assert.NotEmpty(await db.Set<User>().ToListAsync(Cancellation));
        }

        await using var none = contexts.Create(new TenantScope());
        Assert.Empty(await none.Set<User>().AsNoTracking().ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Tenants_that_share_a_small_pool_at_once_see_their_own_rows_alone()
    {
        await using var services = Services(poolSize: 3);
        var contexts = services.GetRequiredService<TenantContextFactory<PooledNotebook>>();
        var foreign = 0;
        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation }, async (i, stop) =>
        {
            var tenant = i % 2 == 0 ? fixture.Acme : fixture.Globex;
            await using var db = contexts.Create(ScopeOf(tenant));
            var user = await db.Set<User>().SingleAsync(user => user.Id == i % 10 + 1, stop);
            if (user.TenantId != tenant.Value)
            {
                Interlocked.Increment(ref foreign);
            }
        });
        Assert.Equal(0, foreign);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TenantScope ScopeOf(TenantId tenant)
    {
        var scope = new TenantScope();
        scope.Set(tenant);
        return scope;
    }

    private ServiceProvider Services(int poolSize) => new ServiceCollection()
        .AddTenantContextPool<PooledNotebook>(options => options.UseNpgsql(fixture.Database.Runtime), poolSize)
        .BuildServiceProvider();
}
