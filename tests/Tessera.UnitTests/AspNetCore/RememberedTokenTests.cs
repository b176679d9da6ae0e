using Tessera.AspNetCore;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>A token that was accepted is remembered, and outlives nothing of what it was accepted by.</summary>
public sealed class RememberedTokenTests
{
    private const int Most = 8;
    private readonly TestDirectory _directory = new();
    private readonly MovableTime _clock = new();
    private readonly VerifiedTokens _remembered = new(Most, 1 << 20);
    private readonly TokenVerifier _verifier;
    private long _revision = 1;

    public RememberedTokenTests() => _verifier = new TokenVerifier(
        _directory.Map, new TesseraOptions { Audience = TestDirectory.Audience, MostStaleness = null }, _clock, _remembered);

    [Fact]
    public void It_is_not_taken_apart_again()
    {
        var token = _directory.Token(_directory.Acme);
        Assert.Same(Accepted(token).Token, Accepted(token).Token);
        Assert.Equal(1, _remembered.Count);
    }

    [Fact]
    public void It_ends_with_its_time()
    {
        var token = Remembered(_directory.Acme);
        _clock.Forward(TimeSpan.FromMinutes(62));
        AssertRefused(TokenFailure.Expired, token);
    }

    [Fact]
    public void It_ends_when_the_tenant_is_suspended_and_is_good_again_when_that_ends()
    {
        var token = Remembered(_directory.Acme);
        Apply(tenant: _directory.Acme with { State = TenantState.Suspended });
        AssertRefused(TokenFailure.TenantNotActive, token);
        Apply(tenant: _directory.Acme);
        Accepted(token);
    }

    [Fact]
    public void It_ends_when_the_tenant_is_deleted()
    {
        var token = Remembered(_directory.Acme);
        Apply(tenant: _directory.Acme with { State = TenantState.Deleted });
        AssertRefused(TokenFailure.TenantUnknown, token);
    }

    [Fact]
    public void It_ends_when_the_tenant_moves_to_another_pool()
    {
        var token = Remembered(_directory.Acme);
        Apply(tenant: _directory.Acme with { Pool = _directory.OtherPool.Entry.PoolId, Epoch = 2 });
        AssertRefused(TokenFailure.KeyNotOfPool, token);
    }

    [Fact]
    public void It_ends_when_its_key_leaves_the_pool()
    {
        var token = Remembered(_directory.Acme);
        Apply(pool: _directory.Pool.Entry with { Keys = [_directory.Pool.Entry.Keys[1]] });
        AssertRefused(TokenFailure.KeyNotOfPool, token);
    }

    [Fact]
    public void It_ends_when_another_key_takes_its_keys_name()
    {
        var token = Remembered(_directory.Acme);
        var other = _directory.OtherPool.Entry.Keys[0] with { Kid = _directory.Pool.EcKid };
        Apply(pool: _directory.Pool.Entry with { Keys = [other] });
        AssertRefused(TokenFailure.SignatureInvalid, token);
    }

    [Fact]
    public void It_lives_when_the_same_keys_are_told_again()
    {
        var token = _directory.Token(_directory.Acme);
        var first = Accepted(token).Token;
        Apply(pool: _directory.Pool.Entry with { Keys = [.. _directory.Pool.Entry.Keys.Select(key => key with { })] });
        Assert.Same(first, Accepted(token).Token);
    }

    [Fact]
    public void It_ends_when_its_client_is_no_longer_the_tenants()
    {
        var token = Remembered(_directory.Acme);
        Apply(tenant: _directory.Acme with { Clients = [ClientId.New()] });
        AssertRefused(TokenFailure.ClientNotOfTenant, token);
    }

    [Fact]
    public void It_ends_when_the_tenant_leaves_the_shared_realm()
    {
        var token = _directory.SharedToken(_directory.Shared, _directory.PiedPiper);
        Accepted(token);
        Apply(tenant: _directory.PiedPiper with { SharedRealm = null });
        AssertRefused(TokenFailure.IssuerMismatch, token);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("s1")]
    public void It_ends_when_its_person_or_its_session_is_revoked(string? session)
    {
        var token = _directory.Token(_directory.Acme, "sid", "s1");
        var sub = Accepted(token).Token.Subject!;
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        Apply(revocation: new RevocationEntry(_directory.Acme.TenantId, sub, now, now + 7200, session));
        AssertRefused(TokenFailure.Revoked, token);
    }

    [Fact]
    public void It_ends_when_the_directory_has_not_been_heard_of_for_too_long_and_is_good_again_when_it_is()
    {
        var verifier = new TokenVerifier(
            _directory.Map, new TesseraOptions { Audience = TestDirectory.Audience, MostStaleness = TimeSpan.FromMinutes(10) }, _clock, _remembered);
        var token = _directory.Token(_directory.Acme);
        Assert.IsType<TokenVerdict.Accepted>(verifier.Verify(token));
        _clock.Forward(TimeSpan.FromMinutes(12));
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.DirectoryStale), verifier.Verify(token));
    }

    [Fact]
    public void Another_spelling_of_its_signature_is_another_token()
    {
        var token = Remembered(_directory.Acme);
        var forged = token[..^4] + (token[^4] == 'A' ? 'B' : 'A') + token[^3..];
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.SignatureInvalid), _verifier.Verify(forged));
        Assert.Equal(1, _remembered.Count);
    }

    [Fact]
    public void A_refused_token_is_not_remembered()
    {
        foreach (var spoilt in new[] { "aud", "nbf", "tenant_id", "client_id", "iss", "exp", "token_use" })
        {
            Assert.IsType<TokenVerdict.Refused>(_verifier.Verify(_directory.Token(_directory.Acme, spoilt, "x")));
        }

        Assert.Equal(0, _remembered.Count);
    }

    [Fact]
    public void There_are_never_more_than_may_be_and_what_is_asked_for_stays()
    {
        var used = _directory.Token(_directory.Acme);
        var first = Accepted(used).Token;
        for (var i = 0; i < 10 * Most; i++)
        {
            Accepted(_directory.Token(_directory.Initech));
            Assert.Same(first, Accepted(used).Token);
            Assert.InRange(_remembered.Count, 1, Most);
        }
    }

    [Fact]
    public void They_never_take_more_memory_than_they_may()
    {
        const int bytes = 64 * 1024;
        var remembered = new VerifiedTokens(1_000, bytes);
        var verifier = new TokenVerifier(_directory.Map, new TesseraOptions { Audience = TestDirectory.Audience }, _clock, remembered);
        for (var i = 0; i < 100; i++)
        {
            Assert.IsType<TokenVerdict.Accepted>(verifier.Verify(_directory.Token(_directory.Acme, "padding", new string('x', 100 * (i % 40)))));
            Assert.InRange(remembered.Bytes, 0, bytes);
        }

        Assert.NotEqual(0, remembered.Count);
    }

    [Fact]
    public async Task Threads_that_verify_at_once_stay_within_bounds_and_agree()
    {
        var tokens = Enumerable.Range(0, 3 * Most).Select(_ => _directory.Token(_directory.Acme)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                Accepted(tokens[(i * 7 + thread) % tokens.Length]);
                Assert.InRange(_remembered.Count, 0, Most + 1); // Two counters, read one after the other.
            }
        })));
        Assert.InRange(_remembered.Count, 1, Most);
    }

    private string Remembered(TenantEntry tenant)
    {
        var token = _directory.Token(tenant);
        Accepted(token);
        Assert.Equal(1, _remembered.Count);
        return token;
    }

    private TokenVerdict.Accepted Accepted(string token) => Assert.IsType<TokenVerdict.Accepted>(_verifier.Verify(token));

    private void AssertRefused(TokenFailure failure, string token)
    {
        Assert.Equal(new TokenVerdict.Refused(failure), _verifier.Verify(token));
        Assert.Equal(0, _remembered.Count);
    }

    private void Apply(TenantEntry? tenant = null, PoolEntry? pool = null, RevocationEntry? revocation = null) => _directory.Map.Apply(new FeedPage(
        _revision, ++_revision, false, [], pool is null ? [] : [pool], tenant is null ? [] : [tenant], [], revocation is null ? [] : [revocation]));
}
