using System.Text.Json.Nodes;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary>The two app clients of every realm in the demo: the public one people sign in with, and a machine's.</summary>
/// <param name="clients">The realm's clients in the admin API.</param>
internal sealed class DemoClients(AdminApi admin, string clients)
{
    private const string MachineName = "Orders machine";

    /// <summary>What a new realm is made with.</summary>
    public static JsonObject People(Place place) => new()
    {
        ["name"] = "Orders",
        ["type"] = "public",
        ["redirect_uris"] = new JsonArray($"{place.Orders}/callback"),
        ["post_logout_redirect_uris"] = new JsonArray($"{place.Orders}/"),
        ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
        ["scopes"] = new JsonArray("orders"),
        ["audiences"] = new JsonArray("orders"),
    };

    /// <summary>Finds the first client and makes the machine's, writing down each as it is known.</summary>
    public async Task CompleteAsync(SeededClients seeded, Action save, CancellationToken stop)
    {
        var known = (await admin.GetAsync(clients, stop))["clients"]!.AsArray();
        seeded.ClientId ??= known.First(client => NameOf(client) != MachineName)!["client_id"]!.GetValue<string>();
        save();
        if (seeded.MachineClientSecret is not null)
        {
            return;
        }

        // A secret is told once: a client whose secret was lost with a killed start is replaced.
        foreach (var lost in known.Where(client => NameOf(client) == MachineName))
        {
            await admin.DeleteAsync($"{clients}/{lost!["client_id"]!.GetValue<string>()}", stop);
        }

        var made = await admin.PostAsync(clients, new JsonObject
        {
            ["name"] = MachineName,
            ["type"] = "confidential",
            ["redirect_uris"] = new JsonArray(),
            ["grant_types"] = new JsonArray("client_credentials"),
            ["scopes"] = new JsonArray("orders"),
            ["audiences"] = new JsonArray("orders"),
        }, stop);
        seeded.MachineClientId = made["client_id"]!.GetValue<string>();
        seeded.MachineClientSecret = made["client_secret"]!.GetValue<string>();
        save();
    }

    private static string? NameOf(JsonNode? client) => client?["name"]?.GetValue<string>();
}
