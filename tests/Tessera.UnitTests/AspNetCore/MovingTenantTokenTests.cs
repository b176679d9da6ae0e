using Tessera.AspNetCore;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Whose keys are good for a tenant that moves from one pool to another: both while it moves, the former's for a while, and never a third's.</summary>
public sealed class MovingTenantTokenTests
{
    private readonly TestDirectory _directory = new();
    private readonly MovableTime _clock = new();
    private readonly VerifiedTokens _remembered = new(8, 1 << 20);
    private readonly TokenVerifier _verifier;
    private long _revision = 1;

    public MovingTenantTokenTests() => _verifier = new TokenVerifier(
        _directory.Map, new TesseraOptions { Audience = TestDirectory.Audience, MostStaleness = null }, _clock, _remembered);

    private PoolId Source => _directory.Pool.Entry.PoolId;

    private PoolId Target => _directory.OtherPool.Entry.PoolId;

    private string OfSource => Sign(_directory.Pool);

    private string OfTarget => Sign(_directory.OtherPool);

    [Fact]
    public void While_it_moves_tokens_of_source_and_target_are_accepted()
    {
        AssertRefused(OfTarget);

        Tell(_directory.Acme with { AlsoPools = [new AlsoPool(Target)] });

        AssertAccepted(OfSource);
        AssertAccepted(OfTarget);
    }

    [Fact]
    public void Once_it_has_moved_the_former_pools_tokens_are_accepted_until_its_time_and_no_longer()
    {
        var token = OfSource;
        AssertAccepted(token);
        var until = _clock.GetUtcNow().AddMinutes(30);
        Tell(_directory.Acme with { Pool = Target, Epoch = 2, AlsoPools = [new AlsoPool(Source, until.ToUnixTimeSeconds())] });
        AssertAccepted(token);
        AssertAccepted(OfTarget);

        _clock.Forward(TimeSpan.FromMinutes(31));

        AssertRefused(token); // remembered, and all the same
        AssertRefused(OfSource);
        AssertAccepted(OfTarget);
    }

    [Fact]
    public void In_an_emergency_the_sources_tokens_are_refused_at_once()
    {
        var token = OfSource;
        AssertAccepted(token);

        Tell(_directory.Acme with { Pool = Target, Epoch = 2 });

        AssertRefused(token);
        AssertRefused(OfSource);
        AssertAccepted(OfTarget);
    }

    [Fact]
    public void A_move_that_is_rolled_back_leaves_the_target_nothing()
    {
        Tell(_directory.Acme with { AlsoPools = [new AlsoPool(Target)] });
        var token = OfTarget;
        AssertAccepted(token);

        Tell(_directory.Acme);

        AssertRefused(token);
        AssertAccepted(OfSource);
    }

    [Fact]
    public void A_pool_that_is_none_of_both_signs_nothing_for_it()
    {
        var third = new TestPool(_directory.Pool.Entry.Cell);
        _directory.Map.Apply(new FeedPage(_revision, ++_revision, false, [], [third.Entry], [], [], []));

        Tell(_directory.Acme with { AlsoPools = [new AlsoPool(Target)] });
        AssertRefused(Sign(third));

        Tell(_directory.Acme with { Pool = Target, Epoch = 2, AlsoPools = [new AlsoPool(Source, _clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds())] });
        AssertRefused(Sign(third));
    }

    [Fact]
    public void What_is_good_for_the_one_that_moves_is_not_for_its_neighbours()
    {
        Tell(_directory.Acme with { AlsoPools = [new AlsoPool(Target)] });

        Assert.Equal(new TokenVerdict.Refused(TokenFailure.KeyNotOfPool), _verifier.Verify(Sign(_directory.OtherPool, _directory.Initech)));
    }

    [Fact]
    public void The_shared_realm_it_was_promoted_from_does_not_move_with_it()
    {
        Tell(_directory.PiedPiper with { AlsoPools = [new AlsoPool(Target)] });

        var shared = _directory.PiedPiper with { Issuer = _directory.Shared.Issuer, Clients = _directory.Shared.Clients };
        AssertAccepted(Sign(_directory.Pool, shared));
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.KeyNotOfPool), _verifier.Verify(Sign(_directory.OtherPool, shared)));
    }

    private string Sign(TestPool pool, TenantEntry? tenant = null)
    {
        var payload = TestDirectory.Payload(tenant ?? _directory.Acme);
        payload["exp"] = _clock.GetUtcNow().AddHours(2).ToUnixTimeSeconds();
        return pool.Sign(TestDirectory.Header(pool.EcKid), payload.ToJsonString());
    }

    private void Tell(TenantEntry tenant) => _directory.Map.Apply(new FeedPage(_revision, ++_revision, false, [], [], [tenant], [], []));

    private void AssertAccepted(string token) => Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(token));

    private void AssertRefused(string token) => Assert.Equal(new TokenVerdict.Refused(TokenFailure.KeyNotOfPool), _verifier.Verify(token));
}
