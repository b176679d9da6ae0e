using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>One e-mail address in three tenants is three people, as far as anybody can tell.</summary>
[Collection(DemoCollection.Name)]
public sealed class SameNameTests(Demo demo)
{
    private static readonly string[] Slugs = ["acme", "globex", "umbrella"];

    [Fact]
    public async Task The_same_e_mail_has_three_passwords_and_three_subjects()
    {
        var users = Slugs.Select(slug => demo.File.User(slug)).ToList();
        Assert.Single(users.Select(user => user.Username).Distinct());
        Assert.Equal(3, users.Select(user => user.Password).Distinct().Count());
        Assert.Equal(3, users.Select(user => user.Sub).Distinct().Count());
        foreach (var user in users)
        {
            var claims = TokenSet.Claims((await demo.Visitor.TokensAsync(demo.File, user.Tenant)).Id);
            Assert.Equal((user.Sub, user.Username), (claims.GetProperty("sub").GetString(), claims.GetProperty("email").GetString()));
            Assert.Equal(demo.File.Tenant(user.Tenant).TenantId, claims.GetProperty("tenant_id").GetString());
        }
    }

    [Fact]
    public async Task The_password_of_one_account_opens_none_of_the_others()
    {
        foreach (var (owner, other) in from owner in Slugs from other in Slugs select (owner, other))
        {
            var cookie = await demo.Visitor.SignInAsync(demo.File.Tenant(other), demo.File.User(other).Username, demo.File.User(owner).Password);
            Assert.Equal(owner == other, cookie is not null);
        }
    }

    [Fact]
    public async Task A_user_of_one_tenant_is_unknown_to_the_admin_API_of_another()
    {
        foreach (var (owner, other) in from owner in Slugs from other in Slugs where owner != other select (owner, other))
        {
            var users = await new Admin(demo).GetAsync($"/tenants/{demo.File.Tenant(other).TenantId}/users?limit=200");
            var subs = users.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("sub").GetString()).ToList();
            Assert.Contains(demo.File.User(other).Sub, subs);
            Assert.DoesNotContain(demo.File.User(owner).Sub, subs);
        }
    }
}
