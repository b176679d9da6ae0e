using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Every way in which a token is refused, by name, over HTTP.</summary>
public sealed class TokenVerificationTests(ApiHost host) : IClassFixture<ApiHost>
{
    private TestDirectory Directory => host.Directory;

    private TenantEntry Acme => host.Directory.Acme;

    [Fact]
    public async Task A_good_token_is_accepted_and_sets_its_tenant()
    {
        foreach (var tenant in new[] { Directory.Acme, Directory.Initech, Directory.Globex })
        {
            var response = await host.SendAsync(Directory.Token(tenant));
            Assert.Equal(tenant.TenantId.ToString(), await response.Content.ReadAsStringAsync(Cancellation));
        }

        var rsa = Directory.Pool.SignRsa(TestDirectory.Header(Directory.Pool.RsaKid, "RS256"), TestDirectory.Payload(Acme).ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(rsa)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(Directory.Token(Acme, "aud", new JsonArray("other", "orders")))).StatusCode);
    }

    [Fact]
    public async Task Claims_keep_their_names()
    {
        var claims = await (await host.SendAsync(Directory.Token(Acme), "/claims")).Content.ReadAsStringAsync(Cancellation);
        Assert.Equal("iss,sub,aud,client_id,tenant_id,token_use,scope,iat,exp,jti", claims);
    }

    [Fact]
    public Task Alg_none_is_refused() => AssertRefusedAsync(TokenFailure.AlgorithmNotAllowed,
        TestPool.Sign("""{"alg":"none","typ":"at+jwt"}""", Good(), _ => [1]));

    [Fact]
    public Task An_unsigned_token_is_refused() => AssertRefusedAsync(TokenFailure.Malformed, string.Join('.', Directory.Token(Acme).Split('.')[..2]) + ".");

    [Fact]
    public Task The_public_key_as_HMAC_secret_is_refused() => AssertRefusedAsync(TokenFailure.AlgorithmNotAllowed,
        TestPool.Sign(TestDirectory.Header(Directory.Pool.RsaKid, "HS256"), Good(), data => HMACSHA256.HashData(Directory.Pool.RsaPublicPem, data)));

    [Fact]
    public Task A_key_used_with_another_algorithm_is_refused() => AssertRefusedAsync(TokenFailure.AlgorithmNotAllowed,
        Directory.Pool.Sign(TestDirectory.Header(Directory.Pool.EcKid, "RS256"), Good()));

    [Fact]
    public Task A_token_of_a_pool_that_does_not_house_the_tenant_though_well_signed_is_refused() => AssertRefusedAsync(TokenFailure.KeyNotOfPool,
        Directory.OtherPool.Sign(TestDirectory.Header(Directory.OtherPool.EcKid), Good()));

    [Fact]
    public Task Another_pools_signature_under_this_pools_key_id_is_refused() => AssertRefusedAsync(TokenFailure.SignatureInvalid,
        Directory.OtherPool.Sign(TestDirectory.Header(Directory.Pool.EcKid), Good()));

    [Fact]
    public Task A_tenant_swapped_for_another_of_the_same_pool_is_refused_for_its_issuer() => AssertRefusedAsync(TokenFailure.IssuerMismatch,
        Directory.Token(Acme, "tenant_id", Directory.Initech.TenantId.ToString()));

    [Fact]
    public Task A_tenant_swapped_for_one_of_another_cell_is_refused_for_its_key() => AssertRefusedAsync(TokenFailure.KeyNotOfPool,
        Directory.Token(Acme, "tenant_id", Directory.Globex.TenantId.ToString()));

    [Fact]
    public async Task A_changed_payload_is_refused()
    {
        var (mine, other) = (Directory.Token(Acme).Split('.'), Directory.Token(Acme, "scope", "admin").Split('.'));
        await AssertRefusedAsync(TokenFailure.SignatureInvalid, $"{mine[0]}.{other[1]}.{mine[2]}");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("UPPER")]
    [InlineData("null")]
    public Task Another_form_of_the_issuer_is_refused(string form) => AssertRefusedAsync(TokenFailure.IssuerMismatch, Directory.Token(Acme, "iss", form switch
    {
        "/" => Acme.Issuer + "/",
        "UPPER" => Acme.Issuer.Replace("http", "HTTP", StringComparison.Ordinal),
        _ => null,
    }));

    [Fact]
    public Task Another_tenants_client_is_refused() => AssertRefusedAsync(TokenFailure.ClientNotOfTenant, Directory.Token(Acme, "client_id", Directory.Initech.Clients[0].Value));

    [Fact]
    public Task Another_audience_is_refused() => AssertRefusedAsync(TokenFailure.AudienceMismatch, Directory.Token(Acme, "aud", "billing"));

    [Fact]
    public Task An_absent_audience_is_refused() => AssertRefusedAsync(TokenFailure.AudienceMismatch, Directory.Token(Acme, "aud", null));

    [Fact]
    public async Task An_ID_token_is_no_access_token()
    {
        await AssertRefusedAsync(TokenFailure.NotAnAccessToken, Directory.Token(Acme, "token_use", "id"));
        await AssertRefusedAsync(TokenFailure.WrongType, Directory.Pool.Sign(TestDirectory.Header(Directory.Pool.EcKid, typ: "JWT"), Good()));
    }

    [Theory]
    [InlineData(-61, TokenFailure.Expired)]
    [InlineData(-4000, TokenFailure.Expired)]
    public Task An_expired_token_is_refused(int seconds, TokenFailure failure) => AssertRefusedAsync(failure, Directory.Token(Acme, "exp", Now + seconds));

    [Fact]
    public async Task The_skew_is_a_minute_and_no_more()
    {
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(Directory.Token(Acme, "exp", Now - 50))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(Directory.Token(Acme, "nbf", Now + 50))).StatusCode);
        await AssertRefusedAsync(TokenFailure.NotYetValid, Directory.Token(Acme, "nbf", Now + 70));
        await AssertRefusedAsync(TokenFailure.NotYetValid, Directory.Token(Acme, "iat", Now + 70));
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused()
    {
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Token(Acme, "exp", null));
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Token(Acme, "exp", (Now + 60).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Token(Acme, "exp", long.MaxValue));
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Token(Acme, "exp", 1e300));
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Token(Acme, "exp", -1));
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Token(Acme, "nbf", "soon"));
        var payload = TestDirectory.Payload(Acme);
        payload.Remove("exp");
        await AssertRefusedAsync(TokenFailure.TimeInvalid, Directory.Pool.Sign(TestDirectory.Header(Directory.Pool.EcKid), payload.ToJsonString()));
    }

    [Theory]
    [InlineData("tenant_id")]
    [InlineData("exp")]
    [InlineData("sub")]
    public Task A_duplicate_claim_is_refused(string claim)
    {
        var payload = TestDirectory.Payload(Acme);
        return AssertRefusedAsync(TokenFailure.DuplicateMember, Directory.Pool.Sign(TestDirectory.Header(Directory.Pool.EcKid), $"{{\"{claim}\":{payload[claim]!.ToJsonString()},{payload.ToJsonString()[1..]}"));
    }

    [Fact]
    public Task A_duplicate_header_is_refused() => AssertRefusedAsync(TokenFailure.DuplicateMember,
        Directory.Pool.Sign($$"""{"alg":"ES256","alg":"ES256","kid":"{{Directory.Pool.EcKid}}","typ":"at+jwt"}""", Good()));

    [Theory]
    [InlineData("\"jwk\":{}")]
    [InlineData("\"jku\":\"http://evil.example\"")]
    [InlineData("\"x5u\":\"http://evil.example\"")]
    [InlineData("\"x5c\":[]")]
    [InlineData("\"crit\":[\"b64\"]")]
    [InlineData("\"zip\":\"DEF\"")]
    public Task A_header_that_says_how_to_verify_is_refused(string member) => AssertRefusedAsync(TokenFailure.ForbiddenHeader,
        Directory.Pool.Sign($"{{{member},{TestDirectory.Header(Directory.Pool.EcKid)[1..]}", Good()));

    [Fact]
    public Task An_unknown_or_absent_key_id_is_refused() => Task.WhenAll(
        AssertRefusedAsync(TokenFailure.KeyNotOfPool, Directory.Pool.Sign(TestDirectory.Header("nobody"), Good())),
        AssertRefusedAsync(TokenFailure.KeyNotOfPool, Directory.Pool.Sign("""{"alg":"ES256","typ":"at+jwt"}""", Good())));

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(80)]
    public Task A_truncated_signature_is_refused(int characters) => AssertRefusedAsync(TokenFailure.SignatureInvalid, Directory.Token(Acme)[..^characters], orElse: TokenFailure.Malformed);

    [Fact]
    public async Task Garbage_is_refused()
    {
        await AssertRefusedAsync(TokenFailure.Malformed, "tsr_4f0c2a9be17d45b6");
        await AssertRefusedAsync(TokenFailure.Malformed, "a.b.c.d.e");
        await AssertRefusedAsync(TokenFailure.Malformed, "..");
        await AssertRefusedAsync(TokenFailure.Malformed, Directory.Token(Acme) + "=");
        await AssertRefusedAsync(TokenFailure.Malformed, TestPool.Sign("[]", "{}", _ => [1]));
        await AssertRefusedAsync(TokenFailure.Malformed, TestPool.Sign(TestDirectory.Header("k"), "not json", _ => [1]));
    }

    [Fact]
    public async Task A_huge_token_is_refused_before_any_work()
    {
        await AssertRefusedAsync(TokenFailure.TooLong, new string('a', 8193));

        // Kestrel itself refuses a header of 100 kB; through the verifier it is merely too long.
        var verifier = new TokenVerifier(Directory.Map, new Tessera.AspNetCore.TesseraOptions { Audience = "orders" }, TimeProvider.System);
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.TooLong), verifier.Verify(new string('a', 100_000)));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await host.SendAsync(new string('a', 100_000))).StatusCode);
    }

    [Fact]
    public Task A_suspended_tenant_is_refused() => AssertRefusedAsync(TokenFailure.TenantNotActive, Directory.Token(Directory.Hooli));

    [Fact]
    public Task An_unknown_tenant_is_refused() => AssertRefusedAsync(TokenFailure.TenantUnknown, Directory.Token(Acme, "tenant_id", Guid.CreateVersion7().ToString()));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("acme")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public Task A_token_without_a_tenant_is_refused(string? tenant) => AssertRefusedAsync(TokenFailure.TenantMissing, Directory.Token(Acme, "tenant_id", tenant));

    [Fact]
    public Task A_token_without_a_subject_is_refused() => AssertRefusedAsync(TokenFailure.SubjectMissing, Directory.Token(Acme, "sub", null));

    [Fact]
    public void A_tenant_that_moved_is_no_longer_spoken_for_by_its_old_pool_and_one_deleted_is_gone()
    {
        var directory = new TestDirectory();
        var clock = TimeProvider.System;
        var verifier = new TokenVerifier(directory.Map, new Tessera.AspNetCore.TesseraOptions { Audience = "orders" }, clock);
        var token = directory.Token(directory.Acme);
        Assert.IsType<TokenVerdict.Accepted>(verifier.Verify(token));

        directory.Map.Apply(new FeedPage(1, 2, false, [], [], [directory.Acme with { Pool = directory.OtherPool.Entry.PoolId, Epoch = 2 }], [], []));
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.KeyNotOfPool), verifier.Verify(token));
        directory.Map.Apply(new FeedPage(2, 3, false, [], [], [directory.Acme with { State = TenantState.Deleted }], [], []));
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.TenantUnknown), verifier.Verify(token));
    }

    [Fact]
    public async Task A_caller_without_a_token_is_told_what_to_bring()
    {
        var response = await host.SendAsync(null);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        var twice = await host.SendAsync(null, change: request => request.Headers.TryAddWithoutValidation("Authorization", ["Bearer a", "Bearer b"]));
        Assert.Equal(HttpStatusCode.Unauthorized, twice.StatusCode);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private string Good() => TestDirectory.Payload(Acme).ToJsonString();

    private async Task AssertRefusedAsync(TokenFailure failure, string token, TokenFailure? orElse = null)
    {
        var before = host.Log.Count;
        var response = await host.SendAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Empty(await response.Content.ReadAsStringAsync(Cancellation));
        var lines = host.Log.Skip(before).ToArray();
        Assert.Contains(lines, line => line.Contains($"Token refused: {failure}.", StringComparison.Ordinal) || line.Contains($"Token refused: {orElse}.", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(token, StringComparison.Ordinal));
    }
}
