using Tessera.AspNetCore;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Which home's tokens a tenant takes: its own realm's, its shared realm's, both for a while, and never another's.</summary>
public sealed class SharedRealmTokenTests
{
    private readonly TestDirectory _directory = new();
    private readonly TokenVerifier _verifier;
    private long _revision = 1;

    public SharedRealmTokenTests() =>
        _verifier = new TokenVerifier(_directory.Map, new TesseraOptions { Audience = TestDirectory.Audience }, TimeProvider.System);

    [Fact]
    public void A_shared_tenant_takes_tokens_of_its_shared_realm_and_of_any_of_that_realms_clients()
    {
        var accepted = Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.SharedToken(_directory.Shared, _directory.Nakatomi)));
        Assert.Equal((_directory.Nakatomi.TenantId, _directory.Shared.Issuer), (accepted.Tenant.TenantId, accepted.Issuer));
        Assert.IsType<TokenVerdict.Accepted>(Verify(
            _directory.SharedToken(_directory.Shared, _directory.Nakatomi, "client_id", _directory.Shared.Clients[1].Value)));
    }

    [Fact]
    public void A_promoted_tenant_takes_both_until_it_leaves_the_shared_realm()
    {
        var (own, shared) = (_directory.Token(_directory.PiedPiper), _directory.SharedToken(_directory.Shared, _directory.PiedPiper));
        Assert.IsType<TokenVerdict.Accepted>(Verify(own));
        Assert.IsType<TokenVerdict.Accepted>(Verify(shared));

        Apply(_directory.PiedPiper with { SharedRealm = null });

        Assert.IsType<TokenVerdict.Accepted>(Verify(own));
        AssertRefused(TokenFailure.IssuerMismatch, shared);
    }

    [Fact]
    public void A_shared_tenant_that_is_promoted_takes_the_new_realms_tokens_at_once()
    {
        var realm = RealmId.New("eu-central-1");
        var promoted = _directory.Nakatomi with
        {
            Pattern = Pattern.Hybrid, Realm = realm, Issuer = $"http://localhost:8400/{realm}", Clients = [ClientId.New()], Epoch = 2,
        };
        AssertRefused(TokenFailure.IssuerMismatch, _directory.Token(promoted));

        Apply(promoted);

        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(promoted)));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.SharedToken(_directory.Shared, promoted)));
    }

    [Fact]
    public void A_shared_realms_token_is_nothing_to_a_tenant_that_does_not_live_there()
    {
        AssertRefused(TokenFailure.IssuerMismatch, _directory.SharedToken(_directory.Shared, _directory.Acme)); // of the same pool
        AssertRefused(TokenFailure.IssuerMismatch, _directory.SharedToken(_directory.OtherShared, _directory.Nakatomi));
        AssertRefused(TokenFailure.IssuerMismatch, _directory.SharedToken(_directory.OtherShared, _directory.PiedPiper));
        AssertRefused(TokenFailure.IssuerMismatch, _directory.SharedToken(_directory.Shared, _directory.Nakatomi, "iss", _directory.OtherShared.Issuer));
    }

    [Fact]
    public void Only_a_key_of_the_shared_realms_own_pool_signs_for_it()
    {
        var payload = TestDirectory.Payload(_directory.Nakatomi with { Clients = _directory.Shared.Clients }).ToJsonString();
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Pool.Sign(TestDirectory.Header(_directory.Pool.EcKid), payload)));
        AssertRefused(TokenFailure.KeyNotOfPool, _directory.OtherPool.Sign(TestDirectory.Header(_directory.OtherPool.EcKid), payload));

        // Moved on, a promoted tenant is spoken for by each home's own pool and by no other.
        var moved = _directory.PiedPiper with { Pool = _directory.OtherPool.Entry.PoolId, Epoch = 2 };
        Apply(moved);
        var shared = TestDirectory.Payload(moved with { Issuer = _directory.Shared.Issuer, Clients = _directory.Shared.Clients }).ToJsonString();
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(moved)));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Pool.Sign(TestDirectory.Header(_directory.Pool.EcKid), shared)));
        AssertRefused(TokenFailure.KeyNotOfPool, _directory.OtherPool.Sign(TestDirectory.Header(_directory.OtherPool.EcKid), shared));
        AssertRefused(TokenFailure.KeyNotOfPool, _directory.Pool.Sign(TestDirectory.Header(_directory.Pool.EcKid), TestDirectory.Payload(moved).ToJsonString()));
    }

    [Fact]
    public void A_client_is_good_at_its_own_home_alone()
    {
        AssertRefused(TokenFailure.ClientNotOfTenant, _directory.SharedToken(
            _directory.Shared, _directory.PiedPiper, "client_id", _directory.PiedPiper.Clients[0].Value));
        AssertRefused(TokenFailure.ClientNotOfTenant, _directory.Token(_directory.PiedPiper, "client_id", _directory.Shared.Clients[0].Value));
        AssertRefused(TokenFailure.ClientNotOfTenant, _directory.SharedToken(
            _directory.Shared, _directory.Nakatomi, "client_id", _directory.OtherShared.Clients[0].Value));
    }

    [Fact]
    public void A_shared_tenant_has_no_home_of_its_own()
    {
        // Its entry names the shared issuer as its own; were that taken, its own empty list of clients would be asked.
        Apply(_directory.Nakatomi with { Clients = [ClientId.New()], SharedRealm = null });
        AssertRefused(TokenFailure.IssuerMismatch, _directory.SharedToken(_directory.Shared, _directory.Nakatomi));
    }

    [Fact]
    public void A_revoked_persons_tokens_are_refused_up_to_that_second_for_that_tenant_alone()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var sub = (string)TestDirectory.Payload(_directory.Acme)["sub"]!;
        _directory.Map.Apply(new FeedPage(_revision, ++_revision, false, [], [], [], [], [new RevocationEntry(_directory.Acme.TenantId, sub, now, now + 7200)]));

        AssertRefused(TokenFailure.Revoked, _directory.Token(_directory.Acme, "iat", now));
        AssertRefused(TokenFailure.Revoked, _directory.Token(_directory.Acme, "iat", now - 10));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(_directory.Acme, "iat", now + 1)));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(_directory.Initech, "iat", now)));
        var other = TestDirectory.Payload(_directory.Acme);
        (other["sub"], other["iat"]) = (Guid.NewGuid().ToString(), now);
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Pool.Sign(TestDirectory.Header(_directory.Pool.EcKid), other.ToJsonString())));
    }

    [Theory]
    [InlineData("sid")]
    [InlineData("oi_au_id")]
    public void An_ended_sessions_and_an_ended_grants_tokens_are_refused_and_no_others_of_that_person(string claim)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var sub = (string)TestDirectory.Payload(_directory.Acme)["sub"]!;
        var ended = Guid.NewGuid().ToString();
        var (session, grant) = claim == "sid" ? (ended, (string?)null) : (null, ended);
        _directory.Map.Apply(new FeedPage(
            _revision, ++_revision, false, [], [], [], [], [new RevocationEntry(_directory.Acme.TenantId, sub, now + 7200, now + 7200, session, grant)]));

        AssertRefused(TokenFailure.Revoked, _directory.Token(_directory.Acme, claim, ended));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(_directory.Acme, claim, Guid.NewGuid().ToString())));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(_directory.Acme, claim == "sid" ? "oi_au_id" : "sid", ended)));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(_directory.Acme)));
        Assert.IsType<TokenVerdict.Accepted>(Verify(_directory.Token(_directory.Initech, claim, ended)));
    }

    private TokenVerdict Verify(string token) => _verifier.Verify(token);

    private void AssertRefused(TokenFailure failure, string token) => Assert.Equal(new TokenVerdict.Refused(failure), Verify(token));

    private void Apply(TenantEntry tenant) => _directory.Map.Apply(new FeedPage(_revision, ++_revision, false, [], [], [tenant], [], []));
}
