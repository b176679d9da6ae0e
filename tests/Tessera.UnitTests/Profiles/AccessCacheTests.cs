using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.Contracts.Ids;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.Profiles;

/// <summary>What is kept in memory, and when it is not used any more.</summary>
public sealed class AccessCacheTests
{
    private static readonly Caller Ada = new(TenantId.New(), "ada", IsMachine: false);
    private readonly Ticking _clock = new();
    private readonly ProfilesOptions _options = new() { CachedCallers = 100 };

    [Fact]
    public void It_is_kept_by_tenant_and_by_kind_of_caller()
    {
        var (cache, access) = (Cache(), Access());
        cache.Keep(Ada, access, cache.Mark(Ada.Tenant));
        Assert.Same(access, cache.Find(Ada));
        Assert.Null(cache.Find(Ada with { Tenant = TenantId.New() }));
        Assert.Null(cache.Find(Ada with { IsMachine = true }));
        Assert.Null(cache.Find(Ada with { Sub = "ADA" }));
    }

    [Fact]
    public void A_change_makes_all_of_the_tenant_stale_also_what_was_being_read_meanwhile()
    {
        var cache = Cache();
        cache.Keep(Ada, Access(), cache.Mark(Ada.Tenant));
        var mark = cache.Mark(Ada.Tenant);
        cache.TenantChanged(Ada.Tenant);
        Assert.Null(cache.Find(Ada));
        cache.Keep(Ada, Access(), mark);
        Assert.Null(cache.Find(Ada));
        cache.Keep(Ada, Access(), cache.Mark(Ada.Tenant));
        Assert.NotNull(cache.Find(Ada));
        cache.MissedChanges();
        Assert.Null(cache.Find(Ada));
    }

    [Fact]
    public void Without_news_it_lives_half_a_second_and_with_news_five_minutes()
    {
        var cache = Cache();
        cache.Keep(Ada, Access(), cache.Mark(Ada.Tenant));
        _clock.Forward(TimeSpan.FromMilliseconds(499));
        Assert.NotNull(cache.Find(Ada));
        _clock.Forward(TimeSpan.FromMilliseconds(2));
        Assert.Null(cache.Find(Ada));

        cache.Keep(Ada, Access(), cache.Mark(Ada.Tenant));
        foreach (var _ in Enumerable.Range(0, 599))
        {
            cache.HeardUntil(_clock.GetTimestamp());
            _clock.Forward(TimeSpan.FromMilliseconds(500));
            Assert.NotNull(cache.Find(Ada));
        }

        _clock.Forward(AccessCache.HeardFor);
        Assert.Null(cache.Find(Ada));
        cache.HeardUntil(_clock.GetTimestamp());
        Assert.Null(cache.Find(Ada));
    }

    [Fact]
    public void It_is_bounded_and_keeps_what_is_used()
    {
        var cache = Cache();
        cache.Keep(Ada, Access(), cache.Mark(Ada.Tenant));
        var others = Enumerable.Range(0, 1000).Select(n => Ada with { Sub = $"{n}" }).ToList();
        foreach (var other in others)
        {
            cache.Keep(other, Access(), cache.Mark(other.Tenant));
            Assert.NotNull(cache.Find(Ada));
        }

        Assert.InRange(others.Count(other => cache.Find(other) is not null), 1, 100);
    }

    [Fact]
    public async Task What_is_not_kept_costs_one_round_trip_and_what_is_kept_costs_nothing()
    {
        await using var database = await MakeAsync();
        await using var relay = new CountingRelay(new NpgsqlConnectionStringBuilder(database.RuntimeConnection()));
        await using var services = new ServiceCollection().AddLogging().AddSingleton(_ => NpgsqlDataSource.Create(relay.ConnectionString))
            .AddTesseraProfiles(options =>
            {
                ProfilesHost.Roles(options);
                options.UnheardLifetime = TimeSpan.FromSeconds(5);
            }).BuildServiceProvider();
        var accesses = services.GetRequiredService<CallerAccesses>();
        await accesses.OfAsync(Ada, default); // connects
        foreach (var n in Enumerable.Range(0, 5))
        {
            Assert.Equal(1, await relay.CountAsync(async () => await accesses.OfAsync(Ada with { Sub = $"{n}" }, default)));
            Assert.Equal(0, await relay.CountAsync(async () => await accesses.OfAsync(Ada with { Sub = $"{n}" }, default)));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 1000; n++)
        {
            _ = accesses.OfAsync(Ada, default).Result;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async Task<TestDatabase> MakeAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        await TestDatabase.ExecuteAsync(database.Owner, ProfileSchema.Create(database.RuntimeRole));
        return database;
    }

    private AccessCache Cache() => new(_options, _clock);

    private CallerAccess Access() => new(new PermissionCatalogue(_options), [], [], []);

    private sealed class Ticking : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Forward(TimeSpan by) => _now += by.Ticks;
    }
}
