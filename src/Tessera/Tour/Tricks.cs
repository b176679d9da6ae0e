using System.Text.Json.Nodes;
using Tessera.Demo;
using Tessera.Up;

namespace Tessera.Tour;

/// <summary>Ways from one tenant into another, each of which must be shut.</summary>
internal sealed class Tricks(DemoFile demo, AdminApi admin, Traveller traveller, Guide guide)
{
    private const string Ada = "ada@example.com";
    private const string Sam = "sam@example.com";

    public async Task TryAsync(CancellationToken cancellation)
    {
        guide.Enter("Tricks");
        await TryPasswordsAsync(cancellation);
        await TryTicketsAsync(cancellation);
        await TryChoosingAsync(cancellation);
        await TryKeyAsync(cancellation);
        if (demo.OrdersApi is { } orders)
        {
            await TryOrdersAsync(orders, cancellation);
        }
    }

    private async Task TryPasswordsAsync(CancellationToken cancellation)
    {
        var session = await traveller.SignInAsync(demo.Of("globex"), Ada, demo.User("acme", Ada).Password, cancellation);
        guide.ShowTrick("ada's password of acme, typed at globex", session is null ? "refused" : "let in", session is null);
    }

    private async Task TryTicketsAsync(CancellationToken cancellation)
    {
        var (acme, globex) = (demo.Of("acme"), demo.Of("globex"));
        var session = await traveller.SignInAsync(acme, Ada, demo.User("acme", Ada).Password, cancellation) ?? throw new Fault("acme refuses ada.");
        var code = Traveller.CodeIn(await traveller.AuthorizeAsync(acme, session, acme.Slug, cancellation)) ?? throw new Fault("acme gives ada no code.");
        Refused("a code of acme at globex", await traveller.RedeemAsync(globex, code, cancellation));
        Refused("a code of acme at globex, by acme's client", await traveller.RedeemAsync(acme with { Issuer = globex.Issuer }, code, cancellation));
        var passport = await traveller.EnterAsync(acme, Ada, demo.User("acme", Ada).Password, cancellation);
        Refused("a refresh token of acme at globex", await traveller.RefreshAsync(globex, passport.Refresh, cancellation));
        Refused("an access token of acme at globex' userInfo", await traveller.CallAsync($"{globex.Issuer}/oauth2/userInfo", passport.Access, cancellation));
        var elsewhere = await traveller.AuthorizeAsync(globex, session, globex.Slug, cancellation);
        guide.ShowTrick("a session of acme at globex", elsewhere.ToString(), Traveller.CodeIn(elsewhere) is null);
    }

    private async Task TryChoosingAsync(CancellationToken cancellation)
    {
        var teams = demo.Of("initech");
        var session = await traveller.SignInAsync(teams, Sam, demo.User("initech", Sam).Password, cancellation) ?? throw new Fault($"{Sam} cannot sign in.");
        var other = await traveller.AuthorizeAsync(teams, session, "acme", cancellation);
        var nobody = await traveller.AuthorizeAsync(teams, session, "no-such-tenant", cancellation);
        guide.ShowTrick("sam asks for acme, where he has no place", other.ToString(), Traveller.CodeIn(other) is null);
        guide.ShowTrick("and is told the same as for a tenant that is not there", nobody.ToString(), nobody == other);
    }

    private async Task TryKeyAsync(CancellationToken cancellation)
    {
        var made = await admin.PostAsync("/keys", new JsonObject { ["name"] = "tour", ["scopes"] = new JsonArray("*"), ["tenant_id"] = demo.TenantId("initech") }, cancellation);
        var key = made["key"]!.GetValue<string>();
        Refused("initech's own admin key, at hooli's users", await traveller.CallAsync($"{demo.AdminApi}/tenants/{demo.TenantId("hooli")}/users", key, cancellation));
        Refused("and at the list of all tenants", await traveller.CallAsync($"{demo.AdminApi}/tenants", key, cancellation));
        await admin.DeleteAsync($"/keys/{made["key_id"]!.GetValue<string>()}", cancellation);
    }

    private async Task TryOrdersAsync(string orders, CancellationToken cancellation)
    {
        var initech = await traveller.EnterAsync(demo.Of("initech"), Sam, demo.User("initech", Sam).Password, cancellation);
        var hooli = await traveller.EnterAsync(demo.Of("hooli"), Sam, demo.User("hooli", Sam).Password, cancellation);
        var own = await traveller.CallAsync($"{orders}/orders", hooli.Access, cancellation);
        guide.Show("hooli's token lists hooli's orders", $"{own.Status}", own.Status == 200);
        var id = JsonNode.Parse(own.Body)!["orders"]![0]!["id"]!.ToString();
        Refused("initech's token at one of hooli's orders", await traveller.CallAsync($"{orders}/orders/{id}", initech.Access, cancellation));
        Refused("initech's token with X-Tenant-Id: hooli", await traveller.CallAsync($"{orders}/orders", initech.Access, cancellation, ("X-Tenant-Id", demo.TenantId("hooli"))));
        Refused("initech's token, rewritten to say hooli", await traveller.CallAsync($"{orders}/orders", initech.ForgedFor(demo.TenantId("hooli")), cancellation));
    }

    private void Refused(string what, Answer answer) => guide.ShowTrick(what, answer.ToString(), answer.Status is >= 400 and < 500);
}
