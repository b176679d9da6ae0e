using System.Text;
using Tessera.Cell.Realms;
using Tessera.SystemTests.Isolation.Matrix;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// Two tenants that are the same in everything but a canary in each free text. Whoever walks through all that one of them
/// can reach, with every right of it and with the other's ids, never meets the other's canary; nor does it lie in anything
/// that is written down about them.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class TwinTenantTests(Demo demo)
{
    [Theory]
    [InlineData("eu-1", "eu-1")]
    [InlineData("us-1", "eu-1")]
    public async Task No_answer_to_a_tenant_holds_a_canary_of_its_twin(string cell, string twinsCell)
    {
        using var services = new ServiceTokens(demo);
        var (one, two) = (await MakeAsync(cell, services), await MakeAsync(twinsCell, services));
        var surfaces = await Inventory.ReadAsync(demo);
        foreach (var (self, twin) in new[] { (one, two), (two, one) })
        {
            var seen = await WalkAsync(self, twin, surfaces);
            Assert.All(CanariesOf(self), canary => Assert.Contains(canary, seen, StringComparison.Ordinal));
            Assert.DoesNotContain(twin.Canary, seen, StringComparison.Ordinal);
        }

        AssertNothingSecretIsPrinted(one.Wallet);
        AssertNothingSecretIsPrinted(two.Wallet);
        await new CanarySearch(demo).LookAsync((one.Wallet.Owner, one.Canary), (two.Wallet.Owner, two.Canary));
    }

    private static string[] CanariesOf(Twin twin) =>
    [
        $"House of {twin.Canary}", $"Shop of {twin.Canary}", $"Machine of {twin.Canary}", $"Ada of {twin.Canary}", $"Bob of {twin.Canary}", $"/till/{twin.Canary}", $"Widget of {twin.Canary}",
        $"scope-{twin.Canary}", $"/callback/{twin.Canary}", $"/bye/{twin.Canary}", $"{twin.Canary}.example",
    ];

    private async Task<Twin> MakeAsync(string cell, ServiceTokens services)
    {
        var canary = $"canary{Guid.NewGuid():N}";
        var party = await new NewTenant($"twin-{canary[6..18]}", cell, canary, "ada@twins.example").MakeAsync(demo);
        await LikeEveryTwinAsync(party, canary);
        return new Twin(canary, await Wallet.FillAsync(demo, party, services));
    }

    // Beside what has a canary for a name, things that have the very same name in both.
    private async Task LikeEveryTwinAsync(Party party, string canary)
    {
        var (admin, tenant) = (new Admin(demo), $"/tenants/{party.Tenant.TenantId}");
        await admin.PostAsync($"{tenant}/users", new { username = "bob@twins.example", email = "bob@twins.example", name = $"Bob of {canary}", password = "the same in both tenants" });
        await admin.PostAsync($"{tenant}/clients", new
        {
            name = "Till", type = "public", redirect_uris = new[] { $"{demo.File.OrdersApi}/till/{canary}" }, grant_types = new[] { "authorization_code", "refresh_token" }, scopes = new[] { "orders" }, audiences = new[] { "orders" },
        });
        using var order = await demo.Visitor.PostJsonAsync($"{demo.File.OrdersApi}/orders", new { item = "The same order", quantity = 7 }, await party.MachineTokenAsync(demo.Visitor));
        Assert.True(order.IsSuccessStatusCode);
    }

    /// <summary>Everything that comes back, headers and bodies: each endpoint that can be got, asked well and asked badly.</summary>
    private async Task<string> WalkAsync(Twin self, Twin twin, IReadOnlyList<Surface> surfaces)
    {
        await self.Wallet.RenewCodeAsync();
        var (own, other, seen) = (self.Wallet.Owner, twin.Wallet.Owner, new StringBuilder());
        foreach (var surface in surfaces.Where(surface => surface.Method == "GET" && surface.Door != Door.Control && !surface.Path.Contains("**", StringComparison.Ordinal)))
        {
            foreach (var names in new[] { own, other })
            {
                foreach (var url in Urls(surface, own, names, names == own ? self.Wallet : twin.Wallet))
                {
                    foreach (var kind in new[] { TicketKind.AccessToken, TicketKind.MachineToken, TicketKind.AdminKey })
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Get, url);
                        using var response = await demo.Visitor.SendAsync(request, self.Wallet.Cookie, self.Wallet[kind].Value);
                        seen.Append(response.Headers).Append(response.Content.Headers).AppendLine(await response.Content.ReadAsStringAsync());
                    }
                }
            }
        }

        // A sign-in that fails, and one that succeeds with the twin's password, which is not this tenant's.
        using var wrong = await demo.Visitor.PostAsync(
            $"{own.Tenant.SignInHost}/login{Visitor.AuthorizeQuery(own.Tenant)}", new Dictionary<string, string> { ["username"] = other.User.Username, ["password"] = other.User.Password });
        seen.Append(wrong.Headers).AppendLine(await wrong.Content.ReadAsStringAsync());
        using var foreign = await demo.Visitor.RefreshAsync(own.AuthHost, own.Tenant with { ClientId = other.Tenant.ClientId }, twin.Wallet[TicketKind.RefreshToken].Value);
        return seen.Append(foreign.Headers).AppendLine(await foreign.Content.ReadAsStringAsync()).ToString();
    }

    // At this tenant's own hosts and paths; ids, and a client without its address, are those of the one named.
    private IEnumerable<string> Urls(Surface surface, Party own, Party names, Wallet named)
    {
        var path = surface.Path
            .Replace("{tenantId}", names.Tenant.TenantId, StringComparison.Ordinal)
            .Replace("{sub}", names.User.Sub, StringComparison.Ordinal)
            .Replace("{id:long}", $"{named.OrderId}", StringComparison.Ordinal)
            .Replace("{documentName}", "v1", StringComparison.Ordinal);
        var tenant = own.Tenant with { ClientId = names.Tenant.ClientId };
        var query = surface.Path is "/login" or "/oauth2/authorize" ? Visitor.AuthorizeQuery(tenant) : surface.Path == "/route" ? $"?slug={own.Slug}" : "";
        string[] origins = surface switch
        {
            { Host: "control" } => [demo.File.AdminApi],
            { Host: "orders" } => [demo.File.OrdersApi],
            { Host: "router" } => [demo.File.AuthHost],
            { Door: Door.Auth } => [own.Issuer],
            _ => [own.Tenant.SignInHost],
        };
        return surface.Path is "/logout" or "/feed" ? [] : origins.Select(origin => origin + path + query);
    }

    private void AssertNothingSecretIsPrinted(Wallet wallet)
    {
        var printed = demo.Output;
        Assert.Contains("ready", printed, StringComparison.Ordinal);
        Assert.All(
            Enum.GetValues<TicketKind>().Where(kind => kind is not (TicketKind.FeedKey or TicketKind.UsedJoinToken)),
            kind => Assert.DoesNotContain(wallet[kind].Value, printed, StringComparison.Ordinal));
    }

    private sealed record Twin(string Canary, Wallet Wallet);
}
