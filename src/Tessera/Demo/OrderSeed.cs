using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary>Gives every tenant a few orders: each tenant's machine client gets a token at the front door and orders through the API.</summary>
internal sealed class OrderSeed(Place place, HttpClient http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task PlaceAsync(IReadOnlyList<DemoTenant> tenants, CancellationToken stop)
    {
        foreach (var tenant in tenants)
        {
            var bearer = new AuthenticationHeaderValue("Bearer", await TokenAsync(tenant, stop));
            var there = await UntilServedAsync("orders", () => Request(HttpMethod.Get, bearer, null), stop);
            if (Count(there) > 0)
            {
                continue;
            }

            foreach (var item in DemoPlan.All.Single(plan => plan.Slug == tenant.Slug).Orders)
            {
                await UntilServedAsync("orders", () => Request(HttpMethod.Post, bearer, new JsonObject { ["item"] = item, ["quantity"] = 1 }), stop);
            }
        }
    }

    private async Task<string> TokenAsync(DemoTenant tenant, CancellationToken stop)
    {
        var answer = await UntilServedAsync("tokens", () => new HttpRequestMessage(HttpMethod.Post, $"{place.AuthHost}/{tenant.Realm}/oauth2/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = tenant.MachineClientId,
                ["client_secret"] = tenant.MachineClientSecret,
                ["scope"] = "orders",
                ["tenant"] = tenant.Slug, // in a shared realm a machine says for whom it acts
            }),
        }, stop);
        return answer!["access_token"]!.GetValue<string>();
    }

    private HttpRequestMessage Request(HttpMethod method, AuthenticationHeaderValue bearer, JsonObject? body)
    {
        var request = new HttpRequestMessage(method, $"{place.Orders}/orders") { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = bearer;
        return request;
    }

    // A tenant made this second reaches the router and Orders with the feed's next page.
    private async Task<JsonNode?> UntilServedAsync(string what, Func<HttpRequestMessage> request, CancellationToken stop)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            using var asked = request();
            using var response = await http.SendAsync(asked, stop);
            var text = await response.Content.ReadAsStringAsync(stop);
            if (response.IsSuccessStatusCode)
            {
                return JsonNode.Parse(text);
            }

            if (DateTimeOffset.UtcNow > until)
            {
                throw new Fault($"The demo's {what} are refused: {(int)response.StatusCode} {text}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), stop);
        }
    }

    private static int Count(JsonNode? list) => (list as JsonArray ?? list?["orders"] as JsonArray)?.Count ?? 0;
}
