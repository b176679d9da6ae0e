using System.Net;
using System.Text.Json.Nodes;
using Tessera.Files;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary>One tenant of the demo, step by step; each step is written down before the next.</summary>
internal sealed class TenantSeed(Place place, UpState state, AdminApi admin, DemoPlan plan, SeededTenant seeded)
{
    private const string MachineName = "Orders machine";

    // Longer than the control plane takes to give back the names of a tenant it was killed over.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task<JsonNode> OnboardAsync(CancellationToken stop)
    {
        var made = await ClaimedAsync(() => new JsonObject
        {
            ["slug"] = plan.Slug,
            ["display_name"] = plan.DisplayName,
            ["pattern"] = plan.Pattern,
            ["cell"] = plan.Cell,
            ["client"] = new JsonObject
            {
                ["name"] = "Orders",
                ["type"] = "public",
                ["redirect_uris"] = new JsonArray($"{place.Orders}/callback"),
                ["post_logout_redirect_uris"] = new JsonArray($"{place.Orders}/"),
                ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
                ["scopes"] = new JsonArray("orders"),
                ["audiences"] = new JsonArray("orders"),
            },
            ["administrator"] = new JsonObject
            {
                ["username"] = DemoPlan.Administrator,
                ["email"] = DemoPlan.Administrator,
                ["name"] = "Ada",
                ["password"] = PasswordOf(DemoPlan.Administrator),
            },
        }, stop);
        seeded.Subs[DemoPlan.Administrator] = made["administrator"]!["sub"]!.GetValue<string>();
        return made["tenant"]!;
    }

    // The store was empty when it was taken on, so who has the slug is a start that was killed in the middle of this very step.
    private async Task<JsonNode> ClaimedAsync(Func<JsonObject> tenant, CancellationToken stop)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            try
            {
                return await admin.PostAsync("/tenants", tenant(), stop);
            }
            catch (AdminApiFault e) when (e is { Status: HttpStatusCode.Conflict, Code: "slug_taken" } && DateTimeOffset.UtcNow < until)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
            }
        }
    }

    public async Task CompleteAsync(JsonNode tenant, CancellationToken stop)
    {
        seeded.TenantId = tenant["tenant_id"]!.GetValue<string>();
        var clients = (await admin.GetAsync($"/tenants/{seeded.TenantId}/clients", stop))["clients"]!.AsArray();
        seeded.ClientId ??= clients.First(client => NameOf(client) != MachineName)!["client_id"]!.GetValue<string>();
        state.Save(place);

        if (seeded.MachineClientSecret is null)
        {
            await MakeMachineClientAsync(clients, stop);
        }

        foreach (var user in plan.Users)
        {
            await MakeUserAsync(user, stop);
        }
    }

    // A secret is told once: a client whose secret was lost with a killed start is replaced.
    private async Task MakeMachineClientAsync(JsonArray clients, CancellationToken stop)
    {
        foreach (var lost in clients.Where(client => NameOf(client) == MachineName))
        {
            await admin.DeleteAsync($"/tenants/{seeded.TenantId}/clients/{lost!["client_id"]!.GetValue<string>()}", stop);
        }

        var made = await admin.PostAsync($"/tenants/{seeded.TenantId}/clients", new JsonObject
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
        state.Save(place);
    }

    private async Task MakeUserAsync(string username, CancellationToken stop)
    {
        if (seeded.Subs.ContainsKey(username))
        {
            return;
        }

        try
        {
            var made = await admin.PostAsync($"/tenants/{seeded.TenantId}/users", new JsonObject
            {
                ["username"] = username,
                ["email"] = username,
                ["name"] = char.ToUpperInvariant(username[0]) + username[1..username.IndexOf('@', StringComparison.Ordinal)],
                ["password"] = PasswordOf(username),
            }, stop);
            seeded.Subs[username] = made["sub"]!.GetValue<string>();
        }
        catch (AdminApiFault e) when (e is { Status: HttpStatusCode.Conflict, Code: "username_taken" })
        {
            // The administrator, or a user made by a start that was killed before it could write the sub down.
            var users = (await admin.GetAsync($"/tenants/{seeded.TenantId}/users?limit=100", stop))["accounts"]!.AsArray();
            seeded.Subs[username] = users.First(user => user!["username"]!.GetValue<string>() == username)!["sub"]!.GetValue<string>();
        }

        state.Save(place);
    }

    private string PasswordOf(string username)
    {
        if (!seeded.Passwords.TryGetValue(username, out var password))
        {
            password = seeded.Passwords[username] = Secret.NewPassword();
            state.Save(place);
        }

        return password;
    }

    private static string? NameOf(JsonNode? client) => client?["name"]?.GetValue<string>();
}
