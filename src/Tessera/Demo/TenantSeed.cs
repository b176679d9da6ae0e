using System.Net;
using System.Text.Json.Nodes;
using Tessera.Files;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary>One tenant of the demo, step by step; each step is written down before the next.</summary>
internal sealed class TenantSeed(Place place, UpState state, AdminApi admin, DemoPlan plan, SeededTenant seeded)
{
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
            ["client"] = plan.IsShared ? null : DemoClients.People(place),
            ["administrator"] = Person(plan.Administrator),
        }, stop);
        seeded.Subs[plan.Administrator] = made["administrator"]!["sub"]!.GetValue<string>();
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
        if (plan.IsShared)
        {
            // The realm's machine is let in; the tenant has no client of its own.
            await admin.PutAsync($"/tenants/{seeded.TenantId}/client-grants/{state.SharedRealm!.MachineClientId}", new JsonObject { ["scopes"] = new JsonArray("orders") }, stop);
        }
        else
        {
            await new DemoClients(admin, $"/tenants/{seeded.TenantId}/clients").CompleteAsync(seeded, () => state.Save(place), stop);
        }

        state.Save(place);
        foreach (var user in plan.Users)
        {
            await MakeUserAsync(user, stop);
        }
    }

    private async Task MakeUserAsync(string username, CancellationToken stop)
    {
        if (seeded.Subs.ContainsKey(username))
        {
            return;
        }

        try
        {
            var made = await admin.PostAsync($"/tenants/{seeded.TenantId}/users", Person(username), stop);
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

    private JsonObject Person(string username) => new()
    {
        ["username"] = username,
        ["email"] = username,
        ["name"] = char.ToUpperInvariant(username[0]) + username[1..username.IndexOf('@', StringComparison.Ordinal)],
        ["password"] = PasswordOf(username),
    };

    // One account of the shared realm has one password, whichever tenant it is met in.
    private string PasswordOf(string username)
    {
        var passwords = plan.IsShared ? state.SharedRealm!.Passwords : seeded.Passwords;
        if (!passwords.TryGetValue(username, out var password))
        {
            password = passwords[username] = Secret.NewPassword();
        }

        seeded.Passwords[username] = password;
        state.Save(place);
        return password;
    }
}
