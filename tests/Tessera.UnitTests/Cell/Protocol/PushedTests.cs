using System.Net;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Protocol;

public sealed class PushedOnSqlite(SqliteCell cell) : PushedTests(cell), IClassFixture<SqliteCell>;

public sealed class PushedOnPostgres(PostgresCell cell) : PushedTests(cell), IClassFixture<PostgresCell>;

/// <summary>Pushed authorization requests, RFC 9126.</summary>
public abstract class PushedTests(CellFixture cell) : ProtocolTests(cell)
{
    [Fact]
    public async Task A_pushed_request_leads_through_the_sign_in_to_a_code_and_is_good_once()
    {
        var (client, secret) = await ConfidentialAsync(draft => draft.RequirePushedAuthorization = true);
        var reference = await PushAsync(Acme.Issuer, client, secret);
        using var start = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize?client_id={client.ClientId}&request_uri={Uri.EscapeDataString(reference)}");
        Assert.StartsWith("/login?", start.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var page = await Acme.GetAsync(Acme.SignIn + start.Headers.Location);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var typed = await Acme.PostAsync(Acme.SignIn + start.Headers.Location, new() { ["username"] = Ada, ["password"] = AcmePassword });
        var cookie = typed.Headers.GetValues("Set-Cookie").Last().Split(';')[0];
        using var back = await Acme.GetAsync(Acme.SignIn + typed.Headers.Location, cookie);
        Assert.Equal("pushed state", Query(back)["state"]);
        var (status, _) = await RedeemAsync(client, secret, Query(back)["code"]);
        Assert.Equal(200, status);
        using var again = await Acme.GetAsync(Acme.SignIn + typed.Headers.Location, cookie);
        Assert.DoesNotContain("code", Query(again).Keys);
    }

    [Fact]
    public async Task What_was_pushed_counts_and_not_what_stands_beside_the_reference()
    {
        var (client, secret) = await ConfidentialAsync();
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        var reference = await PushAsync(Acme.SignIn, client, secret);
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize?client_id={client.ClientId}&request_uri={Uri.EscapeDataString(reference)}&state=other&scope=openid&redirect_uri=https%3A%2F%2Fevil.test%2F", cookie);
        Assert.StartsWith(CellTenant.RedirectUri + "?", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("pushed state", Query(response)["state"]);
    }

    [Fact]
    public async Task A_pushed_prompt_asks_for_one_new_sign_in_and_not_for_ever()
    {
        var (client, secret) = await ConfidentialAsync();
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        Cell.Time.Forward(TimeSpan.FromSeconds(2));
        var reference = await PushAsync(Acme.Issuer, client, secret, ("prompt", "login"), ("max_age", "0"));
        var authorize = $"{Acme.SignIn}/oauth2/authorize?client_id={client.ClientId}&request_uri={Uri.EscapeDataString(reference)}";
        using var asked = await Acme.GetAsync(authorize, cookie);
        Assert.StartsWith("/login?", asked.Headers.Location!.ToString(), StringComparison.Ordinal);
        Cell.Time.Forward(TimeSpan.FromSeconds(2));
        using var typed = await Acme.PostAsync(Acme.SignIn + asked.Headers.Location, new() { ["username"] = Ada, ["password"] = AcmePassword }, cookie);
        using var back = await Acme.GetAsync(Acme.SignIn + typed.Headers.Location, typed.Headers.GetValues("Set-Cookie").Last().Split(';')[0]);
        Assert.Contains("code", Query(back).Keys);
    }

    [Fact]
    public async Task A_client_that_must_push_gets_nothing_without()
    {
        var (client, _) = await ConfidentialAsync(draft => draft.RequirePushedAuthorization = true);
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("client_id", client.ClientId.Value))}", await Acme.SignInAsync(Ada, AcmePassword));
        Assert.Equal("invalid_request", Query(response)["error"]);
    }

    [Fact]
    public async Task A_reference_is_worth_nothing_to_another_client_or_tenant_or_after_ten_minutes()
    {
        var ((client, secret), (other, _)) = (await ConfidentialAsync(), await ConfidentialAsync());
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var reference = Uri.EscapeDataString(await PushAsync(Acme.Issuer, client, secret));
        using var stolen = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize?client_id={other.ClientId}&request_uri={reference}", cookie);
        Assert.DoesNotContain("code", Query(stolen).Keys);
        using var elsewhere = await Globex.GetAsync($"{Globex.SignIn}/oauth2/authorize?client_id={Globex.Client.ClientId}&request_uri={reference}", await Globex.SignInAsync(Ada, GlobexPassword));
        Assert.DoesNotContain("code", Query(elsewhere).Keys);
        Cell.Time.Forward(TimeSpan.FromMinutes(17)); // ten, and the clock skew that is allowed
        using var late = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize?client_id={client.ClientId}&request_uri={reference}", cookie);
        Assert.DoesNotContain("code", Query(late).Keys);
    }

    [Fact]
    public async Task A_bad_request_is_refused_where_it_is_pushed()
    {
        var (client, secret) = await ConfidentialAsync();
        foreach (var (change, error) in new[]
        {
            (("redirect_uri", "https://evil.test/"), "invalid_request"), (("scope", "openid admin"), "invalid_request"), (("response_type", "token"), "unsupported_response_type"),
            (("code_challenge", ""), "invalid_request"), (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"), (("resource", "https://other.test"), "invalid_target"), (("claims", "[]"), "invalid_request"),
        })
        {
            var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/par", client, secret, Form(change));
            Assert.Equal((400, change, error), (status, change, Text(body, "error")));
        }

        var (unproved, refusal) = await PostAsync($"{Acme.Issuer}/oauth2/par", client, new string('x', 43), Form());
        Assert.Equal((401, "invalid_client"), (unproved, Text(refusal, "error")));
    }

    private async Task<string> PushAsync(string door, ClientSpec client, string secret, params (string, string)[] more)
    {
        var (status, body) = await PostAsync($"{door}/oauth2/par", client, secret, Form(more));
        Assert.True(status == 201, $"{status} {body}");
        Assert.InRange(body.GetProperty("expires_in").GetInt32(), 590, 600);
        return body.GetProperty("request_uri").GetString()!;
    }

    private static (string, string)[] Form(params (string Name, string Value)[] changes)
    {
        Dictionary<string, string> form = new()
        {
            ["response_type"] = "code", ["redirect_uri"] = CellTenant.RedirectUri, ["scope"] = "openid orders", ["state"] = "pushed state", ["code_challenge"] = CellTenant.Challenge, ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            form[name] = value;
        }

        return [.. form.Select(field => (field.Key, field.Value))];
    }
}
