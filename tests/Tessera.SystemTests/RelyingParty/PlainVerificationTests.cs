using System.Text.Json;
using Tessera.SystemTests.Isolation;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.RelyingParty;

/// <summary>The lines of docs/node-and-python.md, run as they stand there, on tokens they must take and tokens they must not.</summary>
[Collection(DemoCollection.Name)]
public sealed class PlainVerificationTests(Demo demo)
{
    private static readonly string[] Refused =
        ["of a tenant that is not in the table", "an ID token", "for another audience", "of another pool", "of another pool under this one's key id", "with a changed payload", "no token"];

    [Theory]
    [InlineData("jose")]
    [InlineData("aws-jwt-verify")]
    [InlineData("PyJWT")]
    public async Task It_takes_the_right_token_and_no_other(string library)
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var (right, initech) = (await acme.TokensAsync(demo.Visitor), await Party.OfDemoAsync(demo, "initech"));
        var seen = await VerifyAsync(library, "orders", [acme, initech], await TokensAsync(right, acme, initech, globex));
        Assert.Equal((acme.User.Sub, acme.Tenant.TenantId), (Claim(seen, "right", "sub"), Claim(seen, "right", "tenant_id")));
        Assert.Equal(initech.Tenant.TenantId, Claim(seen, "of a shared tenant", "tenant_id"));
        Assert.All(Refused, name => Assert.True(seen.GetProperty(name).TryGetProperty("refused", out _), $"{library} takes a token {name}: {seen.GetProperty(name)}"));

        // The same token, at an API it is not for.
        var elsewhere = await VerifyAsync(library, "elsewhere", [acme], new() { ["right"] = right.Access });
        Assert.True(elsewhere.GetProperty("right").TryGetProperty("refused", out _));
    }

    [Fact]
    public void The_page_shows_the_files_that_run()
    {
        string Script(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests/clients/verify", name));
        const string Page = "docs/node-and-python.md";
        Assert.Equal([Script("with-jose.mjs"), Script("with-aws-jwt-verify.mjs")], Documents.Blocks(Page, "js"));
        Assert.Equal(Script("with_pyjwt.py"), Documents.Block(Page, "python"));
    }

    private async Task<Dictionary<string, string>> TokensAsync(TokenSet right, Party acme, Party initech, Party globex)
    {
        var thief = await StolenKey.OfPoolOfAsync(demo, globex);
        var parts = right.Access.Split('.');
        var kid = TokenSet.Claims($".{parts[0]}.").GetProperty("kid").GetString();
        return new()
        {
            ["right"] = right.Access,
            ["of a shared tenant"] = await initech.MachineTokenAsync(demo.Visitor),
            ["of a tenant that is not in the table"] = await globex.MachineTokenAsync(demo.Visitor),
            ["an ID token"] = right.Id,
            ["for another audience"] = await ForAnotherAudienceAsync(acme),
            ["of another pool"] = thief.Mint(acme),
            ["of another pool under this one's key id"] = thief.Mint(acme, kid),
            ["with a changed payload"] = $"{parts[0]}.{right.Id.Split('.')[1]}.{parts[2]}",
            ["no token"] = "rubbish",
        };
    }

    // As the tenant's administrator gives one: a machine for another API.
    private async Task<string> ForAnotherAudienceAsync(Party acme)
    {
        var made = await new Admin(demo).PostAsync($"/tenants/{acme.Tenant.TenantId}/clients", new
        {
            name = "Elsewhere", type = "confidential", redirect_uris = Array.Empty<string>(), grant_types = new[] { "client_credentials" }, scopes = new[] { "orders" }, audiences = new[] { "warehouse" },
        });
        using var response = await demo.Visitor.PostAsync($"{acme.Issuer}/oauth2/token", new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = made.GetProperty("client_id").GetString()!, ["client_secret"] = made.GetProperty("client_secret").GetString()!, ["scope"] = "orders",
        });
        return (await TokenSet.ReadAsync(response)).Access;
    }

    private async Task<JsonElement> VerifyAsync(string library, string audience, Party[] known, Dictionary<string, string> tokens)
    {
        var rows = await Task.WhenAll(known.Select(async party => new { tenantId = party.Tenant.TenantId, issuer = party.Issuer, clientIds = await ClientsAsync(party) }));
        var settings = new { library, audience, rows, tokens };
        return library == "PyJWT" ? await NodeScript.RunPythonAsync("verify/main.py", settings) : await NodeScript.RunAsync("verify/main.mjs", settings);
    }

    private async Task<IReadOnlyList<string>> ClientsAsync(Party party)
    {
        var view = await new Admin(demo).GetAsync($"/tenants/{party.Tenant.TenantId}");
        return [.. view.GetProperty("clients").EnumerateArray().Select(client => client.GetString()!), party.Tenant.ClientId, party.Tenant.MachineClientId];
    }

    private static string? Claim(JsonElement seen, string token, string claim) =>
        seen.GetProperty(token).TryGetProperty("claims", out var claims) ? claims.GetProperty(claim).GetString() : throw new InvalidOperationException($"{token}: {seen.GetProperty(token)}");
}
