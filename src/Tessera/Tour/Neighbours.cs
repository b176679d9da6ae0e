using Tessera.Demo;

namespace Tessera.Tour;

/// <summary>The same e-mail in several tenants: three accounts where each tenant has a realm, one account with two places where they share one.</summary>
internal sealed class Neighbours(DemoFile demo, Traveller traveller, Guide guide)
{
    private const string Ada = "ada@example.com";
    private const string Sam = "sam@example.com";

    public async Task ShowAsync(CancellationToken cancellation)
    {
        guide.Enter($"{Ada}: three tenants, three accounts");
        var subs = new HashSet<string>();
        foreach (var slug in new[] { "acme", "globex", "umbrella" })
        {
            var passport = await traveller.EnterAsync(demo.Of(slug), Ada, demo.User(slug, Ada).Password, cancellation);
            guide.Show($"at {slug}", $"sub {passport["sub"]}", subs.Add(passport["sub"]) && passport["tenant_id"] == demo.TenantId(slug));
        }

        guide.Enter($"{Sam}: one account, two memberships");
        subs.Clear();
        var session = await traveller.SignInAsync(demo.Of("initech"), Sam, demo.User("initech", Sam).Password, cancellation)
            ?? throw new Fault($"{Sam} cannot sign in.");
        foreach (var slug in new[] { "initech", "hooli" })
        {
            // One session for both: the tenant is switched without a new password.
            var door = demo.Of(slug);
            var code = Traveller.CodeIn(await traveller.AuthorizeAsync(door, session, slug, cancellation)) ?? throw new Fault($"{slug} gives {Sam} no code.");
            var passport = Traveller.PassportIn(await traveller.RedeemAsync(door, code, cancellation)) ?? throw new Fault($"{slug} gives {Sam} no tokens.");
            subs.Add(passport["sub"]);
            guide.Show($"at {slug}", $"sub {passport["sub"]}, tenant_id {passport["tenant_id"]}", subs.Count == 1 && passport["tenant_id"] == demo.TenantId(slug));
        }
    }
}
