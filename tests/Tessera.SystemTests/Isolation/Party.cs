using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>A tenant with one user and one machine: victim in one test, attacker in the next.</summary>
internal sealed record Party(DemoTenant Tenant, DemoUser User, DemoCell Cell, string Pool, string AuthHost)
{
    public string Slug => Tenant.Slug;

    public string Issuer => $"{AuthHost}/{Tenant.Realm}";

    public string SignInAuthority => new Uri(Tenant.SignInHost).Authority;

    /// <summary>A tenant of the demo.</summary>
    public static async Task<Party> OfDemoAsync(Demo demo, string slug, string? username = null)
    {
        var tenant = demo.File.Tenant(slug);
        var view = await new Admin(demo).GetAsync($"/tenants/{tenant.TenantId}");
        return Of(demo, tenant, demo.File.User(slug, username ?? (tenant.Pattern == "shared" ? "sam@example.com" : "ada@example.com")), view);
    }

    public static Party Of(Demo demo, DemoTenant tenant, DemoUser user, JsonElement view) =>
        new(tenant, user, demo.File.Cells.Single(cell => cell.CellId == tenant.Cell), view.GetProperty("pool").GetString()!, demo.File.AuthHost);

    /// <summary>Signs the user in and redeems the code.</summary>
    public async Task<TokenSet> TokensAsync(Visitor visitor)
    {
        var cookie = await visitor.SignInAsync(Tenant, User.Username, User.Password) ?? throw new InvalidOperationException($"{Slug} refused {User.Username}.");
        var code = await visitor.CodeAsync(Tenant, cookie) ?? throw new InvalidOperationException($"{Slug} gave no code.");
        using var response = await visitor.RedeemAsync(AuthHost, Tenant, code);
        return await TokenSet.ReadAsync(response, cookie);
    }

    public async Task<string> MachineTokenAsync(Visitor visitor)
    {
        using var response = await visitor.PostAsync($"{Issuer}/oauth2/token", MachineForm());
        return (await TokenSet.ReadAsync(response)).Access;
    }

    public Dictionary<string, string> MachineForm() => new()
    {
        ["grant_type"] = "client_credentials", ["client_id"] = Tenant.MachineClientId, ["client_secret"] = Tenant.MachineClientSecret, ["scope"] = "orders",
        ["tenant"] = Tenant.Slug, // of a shared realm's machine, which acts for several; elsewhere it says nothing new
    };

    public override string ToString() => Slug;
}
