using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>A session is one tenant's, one person's and one browser's; nothing silent comes out of it elsewhere.</summary>
[Collection(DemoCollection.Name)]
public sealed class SilentSignInTests(Demo demo)
{
    [Theory]
    [InlineData("acme", "globex")]
    [InlineData("globex", "umbrella")]
    [InlineData("umbrella", "globex")]
    [InlineData("acme", "initech")]
    [InlineData("initech", "acme")]
    public async Task Signed_in_at_one_tenant_nobody_is_signed_in_at_another(string slug, string other)
    {
        var (here, there) = (await Party.OfDemoAsync(demo, slug), await Party.OfDemoAsync(demo, other));
        var cookie = (await here.TokensAsync(demo.Visitor)).Cookie;
        Assert.Contains("code=", await SilentlyAsync(here, cookie), StringComparison.Ordinal);
        Assert.Contains("error=login_required", await SilentlyAsync(there, cookie), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_at_one_browser_are_never_taken_for_each_other_whatever_becomes_of_the_cookies()
    {
        var acme = demo.File.Tenant("acme");
        var (ada, people) = (demo.File.User("acme"), demo.File.Users.Where(user => user.Tenant == "acme").ToList());
        var bob = people.FirstOrDefault(user => user.Username != ada.Username) ?? await SecondAsync();
        var first = await SignedInAsync(ada, cookie: null);
        // Ada's cookie is lost, not signed out: the next one to sign in has a session of their own, and hers is not touched by it.
        var second = await SignedInAsync(bob, cookie: null);
        // And over the top of hers: hers ends there and then.
        var third = await SignedInAsync(bob, cookie: first);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Null(await demo.Visitor.CodeAsync(acme, first));
        Assert.Equal((bob.Sub, bob.Sub), (await WhoAsync(second), await WhoAsync(third)));

        async Task<string> WhoAsync(string cookie)
        {
            using var response = await demo.Visitor.RedeemAsync(demo.File.AuthHost, acme, (await demo.Visitor.CodeAsync(acme, cookie))!);
            return TokenSet.Claims((await TokenSet.ReadAsync(response)).Id).GetProperty("sub").GetString()!;
        }

        async Task<string> SignedInAsync(DemoUser user, string? cookie)
        {
            using var response = await demo.Visitor.PostAsync(
                $"{acme.SignInHost}/login{Visitor.AuthorizeQuery(acme)}", new Dictionary<string, string> { ["username"] = user.Username, ["password"] = user.Password }, cookie);
            return response.Headers.GetValues("Set-Cookie").Last().Split(';')[0];
        }
    }

    private async Task<DemoUser> SecondAsync()
    {
        var (username, password) = ($"bob-{Guid.NewGuid():N}@example.com", "correct horse battery staple");
        var made = await new Admin(demo).PostAsync($"/tenants/{demo.File.Tenant("acme").TenantId}/users", new { username, password });
        return new DemoUser("acme", username, password, made.GetProperty("sub").GetString()!);
    }

    private async Task<string> SilentlyAsync(Party party, string cookie)
    {
        using var response = await demo.Visitor.GetAsync($"{party.Tenant.SignInHost}/oauth2/authorize{Visitor.AuthorizeQuery(party.Tenant)}&prompt=none", cookie);
        return response.Headers.Location?.OriginalString ?? "";
    }
}
