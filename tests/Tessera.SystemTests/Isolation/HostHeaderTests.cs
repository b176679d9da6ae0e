using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>Links, pages and redirects are made from what is stored. No header says on which host anything is.</summary>
[Collection(DemoCollection.Name)]
public sealed class HostHeaderTests(Demo demo)
{
    /// <summary>Twelve ways in which a caller, or a careless proxy, names another host.</summary>
    private static (string Name, string Value)[] Forms(string other) =>
    [
        ("X-Forwarded-Host", other), ("X-Forwarded-Host", $"{other}, proxy.example"), ("X-Forwarded-Server", other), ("X-Original-Host", other), ("X-Host", other), ("X-HTTP-Host-Override", other),
        ("Forwarded", $"host={other}"), ("Forwarded", $"for=1.2.3.4;host=\"{other}\";proto=https"), ("X-Forwarded-Prefix", $"//{other}"), ("X-Original-URL", $"http://{other}/login"), ("X-Rewrite-URL", $"http://{other}/login"),
        ("X-Forwarded-Proto", "https"),
    ];

    [Theory]
    [InlineData("acme", "globex")]
    [InlineData("globex", "umbrella")]
    public async Task Another_host_in_a_header_changes_no_link_no_page_and_no_redirect(string slug, string other)
    {
        var (here, there) = (await Party.OfDemoAsync(demo, slug), await Party.OfDemoAsync(demo, other));
        var query = Visitor.AuthorizeQuery(here.Tenant);
        foreach (var path in new[] { $"/login{query}", $"/oauth2/authorize{query}", "/logout", "/device", "/" })
        {
            await SameAsync(demo.File.AuthHost, here.SignInAuthority, path, there);
            await SameAsync(here.Cell.Endpoint, here.SignInAuthority, path, there);
        }

        foreach (var path in new[] { "/.well-known/openid-configuration", "/.well-known/jwks.json" })
        {
            await SameAsync(demo.File.AuthHost, new Uri(demo.File.AuthHost).Authority, $"/{here.Tenant.Realm}{path}", there);
        }

        await SameAsync(demo.File.AuthHost, new Uri(demo.File.AuthHost).Authority, $"/route?slug={slug}", there);
    }

    [Fact]
    public async Task What_a_tenant_has_switched_off_is_not_reached_by_another_name_for_it()
    {
        // There is no sign-up page: the only way in for a new account is the admin API, by whatever name it is asked for.
        var acme = await Party.OfDemoAsync(demo, "acme");
        foreach (var path in new[] { "/signup", "/register", "/oauth2/signup", "/login/../signup", "/Login/Signup", "/%73ignup" })
        {
            foreach (var (name, value) in Forms(acme.SignInAuthority).Prepend(("Accept", "*/*")))
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, acme.Tenant.SignInHost + path) { Content = new FormUrlEncodedContent([new("username", "new@example.com"), new("password", "long enough for all")]) };
                using var response = await demo.Visitor.SendAsync(request, headers: (name, value));
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            }
        }
    }

    private async Task SameAsync(string origin, string host, string path, Party other)
    {
        var plain = await AskAsync(origin, host, path);
        foreach (var form in Forms(other.SignInAuthority))
        {
            Assert.Equal(plain, await AskAsync(origin, host, path, form));
        }

        Assert.DoesNotContain(other.SignInAuthority, plain, StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(string origin, string host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, origin + path);
        request.Headers.Host = host;
        using var response = await demo.Visitor.SendAsync(request, headers: headers);
        return $"{(int)response.StatusCode} {response.Headers.Location} {await response.Content.ReadAsStringAsync()}";
    }
}
