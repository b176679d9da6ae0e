using System.Net;
using System.Text.Json.Nodes;
using Tessera.UnitTests.ControlPlane;

namespace Tessera.UnitTests.Moves;

/// <summary>A control plane and two cells as they run: a tenant goes there and back, and its clients and people do not notice.</summary>
public sealed class RunningMoveTests(ITestOutputHelper output)
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenants_clients_people_and_tokens_are_there_after_every_move(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await using var eu = await RunningCell.JoinAsync(control, "eu-1", "eu-central-1", store);
        var onboarding = ControlHost.Onboarding("acme");
        onboarding["client"]!["grant_types"] = new JsonArray("authorization_code", "client_credentials");
        var made = await control.SendAsync(HttpMethod.Post, "/tenants", onboarding);
        Assert.True(made.Status == HttpStatusCode.Created, $"{made.Body}");
        var (tenant, realm) = ((string)made.Body!["tenant"]!["tenant_id"]!, (string)made.Body["tenant"]!["realm"]!);
        var (client, secret) = ((string)made.Body["client"]!["client_id"]!, (string)made.Body["client"]!["client_secret"]!);
        await using var us = await RunningCell.JoinAsync(control, "us-1", "us-east-1", store);
        var people = await PeopleAsync(control, tenant);
        var token = await TokenAsync(eu, realm, client, secret);

        foreach (var (wish, here, there) in new (object, RunningCell, RunningCell?)[]
        {
            (new { to = "us-1" }, us, eu), (new { to = "eu-1", pattern = "dedicated" }, eu, us), (new { pattern = "hybrid" }, eu, null), (new { to = "us-1" }, us, eu), (new { to = "eu-1" }, eu, us),
        })
        {
            var planned = await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/moves", wish);
            Assert.True(planned.Status == HttpStatusCode.Accepted, $"{planned.Body}");
            JsonNode move = planned.Body!;
            await ControlHost.EventuallyAsync(async () =>
                (string?)(move = (await control.GetAsync($"/moves/{planned.Body!["move_id"]}")).Body!)["state"] is "purging" or "purged" or "rolled_back");
            Assert.True((string?)move["state"] != "rolled_back", $"{move}");
            output.WriteLine($"{move["from"]!["cell"]} to {move["to"]!["cell"]}: pause {move["pause_ms"]} ms, {move["progress"]}");

            // A token it was given before, and before that, is good where it is now; and a new one is to be had.
            var (_, active) = await here.PostAsync(realm, "introspect", client, secret, ("token", token));
            Assert.True((bool)active!["active"]!, $"{active}");
            token = await TokenAsync(here, realm, client, secret);
            Assert.NotEmpty(people);
            Assert.Equal(people, await PeopleAsync(control, tenant));
            if (there is not null)
            {
                var (moved, _) = await there.PostAsync(realm, "token", client, secret, ("grant_type", "client_credentials"));
                Assert.Equal(HttpStatusCode.MisdirectedRequest, moved.StatusCode);
                Assert.Equal((string?)move["to"]!["cell"], moved.Headers.GetValues("Tessera-Moved-To").Single());
            }
        }

        Assert.Equal(6, (int)(await control.GetAsync($"/tenants/{tenant}")).Body!["epoch"]!);
        var client2 = await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/clients", new { type = "public", name = "app", redirect_uris = new[] { "https://a.example.com/cb" } });
        Assert.Equal(HttpStatusCode.Created, client2.Status);
        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}")).Status);
    }

    private static async Task<List<(string?, string?, bool)>> PeopleAsync(ControlHost control, string tenant) =>
    [
        .. (await control.GetAsync($"/tenants/{tenant}/users")).Body!["accounts"]!.AsArray()
            .Select(user => ((string?)user!["sub"], (string?)user["username"], (bool)user["enabled"]!)),
    ];

    private static async Task<string> TokenAsync(RunningCell cell, string realm, string client, string secret)
    {
        var (response, body) = await cell.PostAsync(realm, "token", client, secret, ("grant_type", "client_credentials"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (string)body!["access_token"]!;
    }
}
