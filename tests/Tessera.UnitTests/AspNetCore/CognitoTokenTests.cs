using System.Text.Json.Nodes;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Amazon Cognito's access tokens. All tenants of a user pool have its keys, so the client is the wall between them.</summary>
public sealed class CognitoTokenTests
{
    private readonly TestUserPools _pools = new();

    [Fact]
    public async Task A_token_is_its_clients_tenants_and_never_anothers()
    {
        foreach (var tenant in new[] { _pools.Vandelay, _pools.Kramerica, _pools.Sitwell })
        {
            await AssertAcceptedAsync(tenant, _pools.Token(tenant));
            await AssertAcceptedAsync(tenant, _pools.Token(tenant, ("custom:tenant_id", tenant.TenantId.ToString())));
            await AssertAcceptedAsync(tenant, _pools.Token(tenant, ("tenant_id", tenant.TenantId.ToString())));
            foreach (var other in new[] { _pools.Vandelay, _pools.Kramerica, _pools.Sitwell, _pools.Bluth }.Where(other => other != tenant))
            {
                foreach (var claim in new[] { "custom:tenant_id", "tenant_id" })
                {
                    await AssertRefusedAsync(TokenFailure.TenantMismatch, _pools.Token(tenant, (claim, other.TenantId.ToString())));
                    await AssertRefusedAsync(TokenFailure.TenantMismatch, _pools.Token(
                        tenant, ("custom:tenant_id", tenant.TenantId.ToString()), ("tenant_id", tenant.TenantId.ToString()), (claim, other.TenantId.ToString())));
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("vandelay")]
    [InlineData(7)]
    [InlineData(null)]
    public Task A_tenant_claim_that_names_none_is_no_agreement(object? value) => AssertRefusedAsync(
        TokenFailure.TenantMismatch, WithClaim("custom:tenant_id", value is string text ? JsonValue.Create(text) : value is int number ? JsonValue.Create(number) : null));

    [Fact]
    public async Task A_shared_tenants_token_comes_by_the_shared_client_and_names_its_tenant()
    {
        await AssertAcceptedAsync(_pools.Bluth, _pools.Token(_pools.Bluth, ("custom:tenant_id", _pools.Bluth.TenantId.ToString())));
        await AssertAcceptedAsync(_pools.Bluth, _pools.Token(_pools.Bluth, ("tenant_id", _pools.Bluth.TenantId.ToString())));

        await AssertRefusedAsync(TokenFailure.TenantMissing, _pools.Token(_pools.Bluth));
        await AssertRefusedAsync(TokenFailure.TenantMissing, _pools.Token(_pools.Bluth, ("custom:tenant_id", "bluth")));
        await AssertRefusedAsync(TokenFailure.TenantUnknown, _pools.Token(_pools.Bluth, ("custom:tenant_id", TenantId.New().ToString())));
        await AssertRefusedAsync(TokenFailure.TenantMismatch, _pools.Token(
            _pools.Bluth, ("custom:tenant_id", _pools.Bluth.TenantId.ToString()), ("tenant_id", _pools.Vandelay.TenantId.ToString())));
    }

    [Fact]
    public async Task The_shared_client_reaches_no_tenant_that_has_its_own()
    {
        foreach (var tenant in new[] { _pools.Vandelay, _pools.Kramerica, _pools.Sitwell })
        {
            await AssertRefusedAsync(TokenFailure.ClientNotOfTenant, _pools.Token(_pools.Bluth, ("custom:tenant_id", tenant.TenantId.ToString())));
        }
    }

    [Fact]
    public async Task A_client_that_is_bound_to_nobody_is_refused()
    {
        await AssertRefusedAsync(TokenFailure.ClientNotOfTenant, _pools.Token(_pools.Vandelay, ("client_id", ClientId.New().Value)));
        await AssertRefusedAsync(TokenFailure.ClientNotOfTenant, _pools.Token(_pools.Vandelay, ("client_id", null)));
        await AssertRefusedAsync(TokenFailure.ClientNotOfTenant, _pools.Token(_pools.Vandelay, ("client_id", ClientId.New().Value), ("custom:tenant_id", _pools.Vandelay.TenantId.ToString())));
    }

    [Fact]
    public async Task An_ID_token_is_no_access_token()
    {
        var client = _pools.Vandelay.Clients[0].Value;
        await AssertRefusedAsync(TokenFailure.NotAnAccessToken, _pools.Token(_pools.Vandelay, ("token_use", "id"), ("aud", client), ("client_id", null)));
        await AssertRefusedAsync(TokenFailure.NotAnAccessToken, _pools.Token(_pools.Vandelay, ("token_use", "id")));
        await AssertRefusedAsync(TokenFailure.NotAnAccessToken, _pools.Token(_pools.Vandelay, ("token_use", null)));
    }

    [Fact]
    public async Task Another_pools_signature_or_issuer_is_refused()
    {
        var foreign = _pools.OtherKeys.SignRsa(TestUserPools.Header(_pools.OtherKeys), _pools.Payload(_pools.Vandelay).ToJsonString());
        await AssertRefusedAsync(TokenFailure.KeyNotOfPool, foreign);
        var named = _pools.OtherKeys.SignRsa(TestUserPools.Header(_pools.Keys), _pools.Payload(_pools.Vandelay).ToJsonString());
        await AssertRefusedAsync(TokenFailure.SignatureInvalid, named);
        await AssertRefusedAsync(TokenFailure.IssuerMismatch, _pools.Token(_pools.Vandelay, ("iss", _pools.OtherIssuer)));
        await AssertRefusedAsync(TokenFailure.IssuerMismatch, _pools.Token(_pools.Vandelay, ("iss", CognitoIssuer.Of(RealmId.New("eu-central-1")))));
    }

    [Theory]
    [InlineData("http://cognito-idp.eu-central-1.amazonaws.com/{0}")]
    [InlineData("https://cognito-idp.us-east-1.amazonaws.com/{0}")]
    [InlineData("https://cognito-idp.eu-central-1.amazonaws.com.evil.example/{0}")]
    [InlineData("https://cognito-idp.eu-central-1.amazonaws.com/{0}/")]
    [InlineData("https://cognito-idp.eu-central-1.amazonaws.com/x/{0}")]
    [InlineData("https://COGNITO-IDP.eu-central-1.amazonaws.com/{0}")]
    [InlineData("{0}")]
    public async Task Nothing_that_only_looks_like_the_issuer_is_it(string issuer) => Assert.IsType<TokenVerdict.Refused>(
        await VerifyAsync(_pools.Token(_pools.Vandelay, ("iss", issuer.Replace("{0}", _pools.UserPool.Value, StringComparison.Ordinal)), ("tenant_id", _pools.Vandelay.TenantId.ToString()))));

    [Fact]
    public async Task Both_forms_of_the_pools_issuer_are_the_pools()
    {
        await AssertAcceptedAsync(_pools.Vandelay, _pools.Token(_pools.Vandelay, ("iss", CognitoIssuer.Of(_pools.UserPool, updated: true))));
        await AssertAcceptedAsync(_pools.Vandelay, _pools.Token(_pools.Vandelay, ("iss", CognitoIssuer.Of(_pools.UserPool))));
    }

    [Fact]
    public async Task A_tenant_of_ours_takes_no_token_of_Amazon_Cognito_nor_the_other_way_round()
    {
        var ours = new TestDirectory();
        var (tenant, pool) = (ours.Globex, ours.OtherPool); // which has no key in common with the user pool
        _pools.Map.Apply(new FeedPage(_pools.Map.Revision, _pools.Map.Revision + 1, false, [], [pool.Entry], [tenant], [], []));
        await AssertRefusedAsync(TokenFailure.IssuerMismatch, _pools.Token(_pools.Vandelay, ("client_id", tenant.Clients[0].Value)));

        var native = TestDirectory.Payload(_pools.Vandelay);
        await AssertRefusedAsync(TokenFailure.KeyNotOfPool, pool.SignRsa(TestDirectory.Header(pool.RsaKid, "RS256"), native.ToJsonString()));
        native["iss"] = tenant.Issuer;
        await AssertRefusedAsync(TokenFailure.IssuerMismatch, pool.SignRsa(TestDirectory.Header(pool.RsaKid, "RS256"), native.ToJsonString()));
    }

    [Fact]
    public async Task Only_RS256_without_another_type_is_taken()
    {
        var (keys, payload) = (_pools.Keys, _pools.Payload(_pools.Vandelay).ToJsonString());
        await AssertRefusedAsync(TokenFailure.AlgorithmNotAllowed, keys.Sign($$"""{"kid":"{{keys.RsaKid}}","alg":"ES256"}""", payload));
        await AssertRefusedAsync(TokenFailure.AlgorithmNotAllowed, keys.Sign("""{"kid":"unknown","alg":"ES256"}""", payload)); // before anybody is asked for a key
        await AssertRefusedAsync(TokenFailure.WrongType, keys.SignRsa($$"""{"kid":"{{keys.RsaKid}}","alg":"RS256","typ":"logout+jwt"}""", payload));
        await AssertRefusedAsync(TokenFailure.ForbiddenHeader, keys.SignRsa($$"""{"kid":"{{keys.RsaKid}}","alg":"RS256","jku":"https://evil.example"}""", payload));
        await AssertAcceptedAsync(_pools.Vandelay, keys.SignRsa($$"""{"kid":"{{keys.RsaKid}}","alg":"RS256","typ":"JWT"}""", payload));
    }

    [Fact]
    public async Task An_audience_is_held_to_where_there_is_one()
    {
        await AssertAcceptedAsync(_pools.Vandelay, _pools.Token(_pools.Vandelay, ("aud", TestDirectory.Audience)));
        await AssertRefusedAsync(TokenFailure.AudienceMismatch, _pools.Token(_pools.Vandelay, ("aud", "billing")));
    }

    [Fact]
    public async Task Time_subject_state_and_revocation_count_as_ever()
    {
        var now = _pools.Clock.GetUtcNow().ToUnixTimeSeconds();
        await AssertRefusedAsync(TokenFailure.Expired, _pools.Token(_pools.Vandelay, ("exp", now - 61)));
        await AssertRefusedAsync(TokenFailure.SubjectMissing, _pools.Token(_pools.Vandelay, ("sub", null)));
        var token = _pools.Token(_pools.Vandelay);
        await AssertAcceptedAsync(_pools.Vandelay, token);
        _pools.Apply(_pools.Vandelay with { State = TenantState.Suspended });
        await AssertRefusedAsync(TokenFailure.TenantNotActive, token);
        _pools.Apply(_pools.Vandelay with { Clients = [ClientId.New()] });
        await AssertRefusedAsync(TokenFailure.ClientNotOfTenant, token);
    }

    [Fact]
    public async Task A_remembered_token_ends_when_its_client_is_bound_to_another_tenant()
    {
        var token = _pools.Token(_pools.Vandelay, ("custom:tenant_id", _pools.Vandelay.TenantId.ToString()));
        await AssertAcceptedAsync(_pools.Vandelay, token);
        _pools.Apply(_pools.Vandelay with { Clients = [] }, _pools.Kramerica with { Clients = [.. _pools.Kramerica.Clients, .. _pools.Vandelay.Clients] });
        await AssertRefusedAsync(TokenFailure.TenantMismatch, token);
    }

    [Fact]
    public void A_user_pool_names_none_of_its_tenants()
    {
        Assert.False(_pools.Map.TryGet(_pools.UserPool, out _));
        Assert.False(_pools.Map.TryGetByHost("login.example.com", out _));
        Assert.False(_pools.Map.TryGetSharedByHost("login.example.com", out _));
        Assert.True(_pools.Map.TryGet(_pools.Kramerica.Clients[0], out var tenant));
        Assert.Equal(_pools.Kramerica, tenant);
    }

    [Fact]
    public async Task An_API_may_take_some_clients_alone()
    {
        var verifier = new TokenVerifier(
            _pools.Map,
            new TesseraOptions { Audience = null, MostStaleness = null, AllowedClients = new HashSet<string> { _pools.Vandelay.Clients[0].Value } },
            _pools.Clock, issuerKeys: _pools.Fetched);
        Assert.IsType<TokenVerdict.Accepted>(await verifier.VerifyAsync(_pools.Token(_pools.Vandelay), default));
        Assert.Equal(new TokenVerdict.Refused(TokenFailure.ClientNotAllowed), await verifier.VerifyAsync(_pools.Token(_pools.Kramerica), default));
    }

    private string WithClaim(string claim, JsonNode? value)
    {
        var payload = _pools.Payload(_pools.Vandelay);
        payload[claim] = value;
        return _pools.Token(payload);
    }

    private async Task<TokenVerdict> VerifyAsync(string token) => await _pools.Verifier.VerifyAsync(token, TestContext.Current.CancellationToken);

    private async Task AssertAcceptedAsync(TenantEntry tenant, string token) =>
        Assert.Equal(tenant.TenantId, Assert.IsType<TokenVerdict.Accepted>(await VerifyAsync(token)).Tenant.TenantId);

    private async Task AssertRefusedAsync(TokenFailure failure, string token) =>
        Assert.Equal(failure, Assert.IsType<TokenVerdict.Refused>(await VerifyAsync(token)).Failure);
}
