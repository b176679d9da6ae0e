using System.Text.Json.Nodes;
using Tessera.Demo;

namespace Tessera.Tour;

/// <summary>The doors of the demo's tenants, and of any other by the route API.</summary>
internal static class Doors
{
    public static Door Of(this DemoFile demo, string slug)
    {
        var tenant = demo.Tenants.FirstOrDefault(known => known.Slug == slug) ?? throw new Fault($"The demo's tenant {slug} is gone; the tour needs it.");
        return new Door(slug, $"{demo.AuthHost}/{tenant.Realm}", tenant.ClientId, tenant.RedirectUri, tenant.SignInHost);
    }

    public static DemoUser User(this DemoFile demo, string slug, string username) =>
        demo.Users.FirstOrDefault(user => user.Tenant == slug && user.Username == username) ?? throw new Fault($"{username} of {slug} is gone; the tour needs them.");

    public static string TenantId(this DemoFile demo, string slug) => demo.Tenants.First(tenant => tenant.Slug == slug).TenantId;

    /// <summary>Waits until the route API leads to the tenant, or to another client than before, and says where.</summary>
    public static async Task<Door> FindAsync(this Traveller traveller, DemoFile demo, string slug, CancellationToken cancellation, string? otherThan = null)
    {
        var until = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(15);
        while (true)
        {
            var answer = await traveller.CallAsync($"{demo.AuthHost}/route?slug={slug}", bearer: "-", cancellation);
            if (answer.Status == 200 && JsonNode.Parse(answer.Body) is { } route && Text(route, "client_id") != otherThan)
            {
                return new Door(slug, Text(route, "issuer"), Text(route, "client_id"), demo.Tenants[0].RedirectUri, Text(route, "sign_in_host"));
            }

            if (DateTimeOffset.UtcNow > until)
            {
                throw new Fault($"The router does not lead to {slug}: {answer}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    private static string Text(JsonNode route, string member) => route[member]!.GetValue<string>();
}
