using System.Net;
using System.Text.Json.Nodes;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary>The demo's shared realm, with its two clients; taken up again by its slug.</summary>
internal sealed class SharedRealmSeed(Place place, UpState state, AdminApi admin)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task BringAboutAsync(CancellationToken stop)
    {
        var seeded = state.SharedRealm ??= new SeededRealm();
        state.Save(place);
        var realm = await FindAsync(stop) ?? await MakeAsync(stop);
        seeded.Realm = realm["realm"]!.GetValue<string>();
        await new DemoClients(admin, $"/shared-realms/{seeded.Realm}/clients").CompleteAsync(seeded, () => state.Save(place), stop);
    }

    private async Task<JsonNode?> FindAsync(CancellationToken stop) =>
        (await admin.GetAsync("/shared-realms", stop))["shared_realms"]!.AsArray().FirstOrDefault(realm => realm!["slug"]!.GetValue<string>() == DemoRealm.Slug);

    // The store was empty when it was taken on, so who has the name is a start that was killed in the middle of this very step.
    private async Task<JsonNode> MakeAsync(CancellationToken stop)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            try
            {
                return (await admin.PostAsync("/shared-realms", new JsonObject
                {
                    ["slug"] = DemoRealm.Slug,
                    ["display_name"] = DemoRealm.DisplayName,
                    ["cell"] = DemoRealm.Cell,
                    ["client"] = DemoClients.People(place),
                }, stop))["shared_realm"]!;
            }
            catch (AdminApiFault e) when (e.Status == HttpStatusCode.Conflict && DateTimeOffset.UtcNow < until)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
            }
        }
    }
}
