using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>A tenant made through the admin API, as an operator makes one.</summary>
/// <param name="Canary">Put into every free text there is.</param>
internal sealed record NewTenant(string Slug, string Cell, string Canary, string Username = "ada@example.com")
{
    public async Task<Party> MakeAsync(Demo demo)
    {
        var (admin, password) = (new Admin(demo), $"{Guid.NewGuid():N}!");
        var redirect = $"{demo.File.OrdersApi}/callback/{Canary}";
        var made = await admin.PostAsync("/tenants", new
        {
            slug = Slug, display_name = $"House of {Canary}", pattern = "hybrid", cell = Cell, email_domains = new[] { $"{Canary}.example" },
            client = new
            {
                name = $"Shop of {Canary}", type = "public", redirect_uris = new[] { redirect }, post_logout_redirect_uris = new[] { $"{demo.File.OrdersApi}/bye/{Canary}" },
                grant_types = new[] { "authorization_code", "refresh_token" }, scopes = new[] { "orders", $"scope-{Canary}" }, audiences = new[] { "orders" },
            },
            administrator = new { username = Username, email = Username, name = $"Ada of {Canary}", password },
        });
        var view = made.GetProperty("tenant");
        var id = view.GetProperty("tenant_id").GetString()!;
        var machine = await admin.PostAsync($"/tenants/{id}/clients", new
        {
            name = $"Machine of {Canary}", type = "confidential", redirect_uris = Array.Empty<string>(),
            grant_types = new[] { "client_credentials" }, scopes = new[] { "orders" }, audiences = new[] { "orders" },
        });
        var host = view.GetProperty("sign_in_host").GetString()!;
        var tenant = new DemoTenant(
            id, Slug, "hybrid", Cell, view.GetProperty("realm").GetString()!, made.GetProperty("client").GetProperty("client_id").GetString()!, redirect,
            host.Contains("://", StringComparison.Ordinal) ? host : $"http://{host}",
            machine.GetProperty("client_id").GetString()!, machine.GetProperty("client_secret").GetString()!);
        var user = new DemoUser(Slug, Username, password, made.GetProperty("administrator").GetProperty("sub").GetString()!);
        var party = Party.Of(demo, tenant, user, view);
        await ServedAsync(demo, party);
        return party;
    }

    // The router and Orders hear of a new tenant with the feed's next page.
    private async Task ServedAsync(Demo demo, Party party)
    {
        for (var tries = 0; tries < 150; tries++)
        {
            using var token = await demo.Visitor.PostAsync($"{party.Issuer}/oauth2/token", party.MachineForm());
            if (token.IsSuccessStatusCode)
            {
                var bearer = (await TokenSet.ReadAsync(token)).Access;
                using var order = await demo.Visitor.PostJsonAsync($"{demo.File.OrdersApi}/orders", new { item = $"Widget of {Canary}", quantity = 1 }, bearer);
                if (order.IsSuccessStatusCode)
                {
                    return;
                }
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"{Slug} is not served.");
    }
}
