using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.UnitTests.Feed;

public sealed class DirectoryMapTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly CellId Eu = FeedSource.Id<CellId>("eu-1");
    private readonly SetClock _clock = new() { Now = Start };
    private readonly DirectoryMap _map;

    public DirectoryMapTests() => _map = new DirectoryMap(_clock);

    [Fact]
    public void A_shared_realm_is_found_by_realm_host_and_client_and_is_no_tenants()
    {
        var shared = FeedSource.SharedRealm("eu-central-1_SharedSh1", Eu, "shared.localhost:8400");
        Apply(shared: [shared], tenants: [FeedSource.Member("initech", shared), FeedSource.Member("hooli", shared)]);

        Assert.True(_map.TryGetShared(shared.Realm, out var byRealm) && byRealm == shared);
        Assert.True(_map.TryGetSharedByHost("SHARED.localhost:8400", out var byHost) && byHost == shared);
        Assert.True(_map.TryGetShared(shared.Clients[0], out var byClient) && byClient == shared);
        Assert.False(_map.TryGet(shared.Realm, out TenantEntry? _));
        Assert.False(_map.TryGetByHost(shared.SignInHost, out _));
        Assert.False(_map.TryGet(shared.Clients[0], out TenantEntry? _));
        Assert.True(_map.TryGet(FeedSource.Id<Slug>("hooli"), out var hooli) && hooli.SharedRealm == shared.Realm);
    }

    [Fact]
    public void A_shared_realms_client_that_is_removed_leads_nowhere()
    {
        var shared = FeedSource.SharedRealm("eu-central-1_SharedSh1", Eu, "shared.localhost:8400");
        Apply(shared: [shared]);
        var fewer = shared with { Clients = [shared.Clients[1]] };

        Apply(shared: [fewer]);

        Assert.False(_map.TryGetShared(shared.Clients[0], out _));
        Assert.True(_map.TryGetShared(shared.Clients[1], out var kept) && kept == fewer);
        Assert.True(_map.TryGetSharedByHost(shared.SignInHost, out var byHost) && byHost == fewer);
    }

    [Fact]
    public void A_promoted_tenant_is_found_by_what_is_now_its_own_and_the_shared_realm_stays()
    {
        var shared = FeedSource.SharedRealm("eu-central-1_SharedSh1", Eu, "shared.localhost:8400");
        var before = FeedSource.Member("initech", shared);
        Apply(shared: [shared], tenants: [before]);
        var own = FeedSource.Tenant("initech", Eu, "eu-central-1_Initech11", "initech.localhost:8400");

        Apply(tenants: [own with { TenantId = before.TenantId, SharedRealm = shared.Realm }]);

        Assert.True(_map.TryGetByHost("initech.localhost:8400", out var byHost) && byHost.TenantId == before.TenantId);
        Assert.True(_map.TryGet(own.Realm, out TenantEntry? byRealm) && byRealm.SharedRealm == shared.Realm);
        Assert.True(_map.TryGetSharedByHost(shared.SignInHost, out _));
        Apply(tenants: [own with { TenantId = before.TenantId, State = TenantState.Deleted }]);
        Assert.False(_map.TryGetByHost("initech.localhost:8400", out _));
        Assert.True(_map.TryGetShared(shared.Realm, out _));
    }

    [Fact]
    public void A_revocation_covers_what_was_issued_up_to_it_and_a_later_one_never_takes_from_it()
    {
        var tenant = TenantId.New();
        var now = Start.ToUnixTimeSeconds();
        Apply(revocations: [new(tenant, "ada", now, now + 7200)]);
        Apply(revocations: [new(tenant, "ada", now - 100, now + 7100)]);

        Assert.True(_map.IsRevoked(tenant, "ada", null, null, now));
        Assert.False(_map.IsRevoked(tenant, "ada", null, null, now + 1));
        Assert.False(_map.IsRevoked(tenant, "bob", null, null, now));
        Assert.False(_map.IsRevoked(TenantId.New(), "ada", null, null, now));
    }

    [Fact]
    public void A_sessions_revocation_covers_its_own_tokens_and_no_others_of_that_person()
    {
        var tenant = TenantId.New();
        var now = Start.ToUnixTimeSeconds();
        Apply(revocations: [new(tenant, "ada", now, now + 7200, "s1"), new(tenant, "bob", now, now + 7200)]);

        Assert.True(_map.IsRevoked(tenant, "ada", "s1", null, now));
        Assert.False(_map.IsRevoked(tenant, "ada", "s1", null, now + 1));
        Assert.False(_map.IsRevoked(tenant, "ada", "s2", null, now));
        Assert.False(_map.IsRevoked(tenant, "ada", null, null, now));
        Assert.False(_map.IsRevoked(tenant, "eve", "s1", null, now));
        Assert.False(_map.IsRevoked(TenantId.New(), "ada", "s1", null, now));
        Assert.True(_map.IsRevoked(tenant, "bob", "s1", null, now));
        Assert.Equal(2, _map.RevocationCount);
    }

    [Fact]
    public void A_grants_revocation_leaves_the_other_grants_of_its_session_alone()
    {
        var tenant = TenantId.New();
        var now = Start.ToUnixTimeSeconds();
        Apply(revocations: [new(tenant, "ada", now, now + 7200, Grant: "g1")]);

        Assert.True(_map.IsRevoked(tenant, "ada", "s1", "g1", now));
        Assert.False(_map.IsRevoked(tenant, "ada", "s1", "g2", now));
        Assert.False(_map.IsRevoked(tenant, "ada", "g1", null, now));
        Assert.False(_map.IsRevoked(tenant, "ada", "s1", "g1", now + 1));
    }

    [Fact]
    public void Revocations_are_forgotten_when_their_time_is_over_so_that_they_stay_few()
    {
        var tenant = TenantId.New();
        for (var minute = 0; minute < 600; minute++)
        {
            _clock.Now = Start.AddMinutes(minute);
            var now = _clock.Now.ToUnixTimeSeconds();
            Apply(revocations: [new(tenant, $"person{minute}", now, now + 7200)]);
        }

        Assert.InRange(_map.RevocationCount, 120, 123);
        Assert.True(_map.IsRevoked(tenant, "person599", null, null, _clock.Now.ToUnixTimeSeconds()));
        Apply(revocations: [new(tenant, "long ago", Start.ToUnixTimeSeconds(), Start.ToUnixTimeSeconds() + 7200)]);
        Assert.False(_map.IsRevoked(tenant, "long ago", null, null, Start.ToUnixTimeSeconds()));
    }

    private void Apply(IReadOnlyList<TenantEntry>? tenants = null, IReadOnlyList<SharedRealmEntry>? shared = null, IReadOnlyList<RevocationEntry>? revocations = null) =>
        _map.Apply(new FeedPage(_map.Revision, _map.Revision + 1, false, [], [], tenants ?? [], shared ?? [], revocations ?? []));

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
