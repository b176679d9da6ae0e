using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tessera.Demo;
using Tessera.Files;
using Tessera.Up;

namespace Tessera.Tour;

/// <summary>Three new tenants, one of each pattern; the shared one is promoted later.</summary>
internal sealed class Newcomers(DemoFile demo, AdminApi admin, Traveller traveller, Guide guide)
{
    private const string Username = "grace@example.com";
    private readonly string _run = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 5);
    private readonly string _password = Secret.NewPassword();
    private readonly List<string> _made = [];

    public async Task OnboardAsync(CancellationToken cancellation)
    {
        guide.Enter("A tenant in each pattern");
        foreach (var pattern in new[] { "shared", "hybrid", "dedicated" })
        {
            var made = await admin.PostAsync("/tenants", Tenant(pattern), cancellation);
            var tenant = made["tenant"]!;
            _made.Add(tenant["tenant_id"]!.GetValue<string>());
            guide.Show($"onboarded {SlugOf(pattern)}", $"cell {tenant["cell"]}, realm {tenant["realm"]}");
            var passport = await traveller.EnterAsync(await traveller.FindAsync(demo, SlugOf(pattern), cancellation), Username, _password, cancellation);
            guide.Show($"{Username} signs in at {SlugOf(pattern)}", $"tenant_id {passport["tenant_id"]}", passport["tenant_id"] == _made[^1]);
        }
    }

    public async Task PromoteAsync(CancellationToken cancellation)
    {
        guide.Enter("A shared tenant outgrows its pool");
        var (slug, id) = (SlugOf("shared"), _made[0]);
        var shared = await traveller.FindAsync(demo, slug, cancellation);
        var before = await traveller.EnterAsync(shared, Username, _password, cancellation);
        await admin.PostAsync($"/tenants/{id}/promote", new JsonObject { ["client"] = Client() }, cancellation);
        var own = await traveller.FindAsync(demo, slug, cancellation, otherThan: shared.ClientId);
        guide.Show($"{slug} is hybrid now", $"{own.SignInHost}, {own.Issuer}");
        var after = await traveller.EnterAsync(own, Username, _password, cancellation);
        guide.Show("the same person, the same password, the same sub", after["sub"], after["sub"] == before["sub"]);
        var refreshed = await traveller.RefreshAsync(shared, before.Refresh, cancellation);
        guide.Show("what was granted before still works", refreshed.ToString(), refreshed.Status == 200);
        await admin.PostAsync($"/tenants/{id}/end-shared", [], cancellation);
        var ended = await traveller.RefreshAsync(shared, Traveller.PassportIn(refreshed)?.Refresh ?? "", cancellation);
        guide.Show("until the operator ends the old home", ended.ToString(), ended.Status == 400);
    }

    /// <summary>Deletes what was made, whatever happened to the tour.</summary>
    public async Task RemoveAsync()
    {
        foreach (var tenant in _made)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await admin.DeleteAsync($"/tenants/{tenant}", patience.Token);
        }
    }

    private string SlugOf(string pattern) => $"tour-{_run}-{pattern}";

    private JsonObject Tenant(string pattern) => new()
    {
        ["slug"] = SlugOf(pattern),
        ["pattern"] = pattern,
        ["client"] = pattern == "shared" ? null : Client(),
        ["administrator"] = new JsonObject { ["username"] = Username, ["email"] = Username, ["password"] = _password },
    };

    private JsonObject Client() => new()
    {
        ["name"] = "Tour",
        ["type"] = "public",
        ["redirect_uris"] = new JsonArray(demo.Tenants[0].RedirectUri),
        ["scopes"] = new JsonArray("orders"),
        ["audiences"] = new JsonArray("orders"),
    };
}
