using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>The admin API, with the demo's first key or another.</summary>
internal sealed class Admin(Demo demo, string? key = null)
{
    private readonly string _key = key ?? demo.File.AdminKey;

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await demo.Visitor.GetAsync(demo.File.AdminApi + path, bearer: _key));

    public async Task<JsonElement> PostAsync(string path, object body) => await ReadAsync(await demo.Visitor.PostJsonAsync(demo.File.AdminApi + path, body, _key));

    /// <summary>A key that reaches one tenant only, with every right there is.</summary>
    public async Task<(string Id, string Key)> RestrictedKeyAsync(Party party, string name)
    {
        var made = await PostAsync("/keys", new { name, scopes = new[] { "*" }, tenant_id = party.Tenant.TenantId });
        return (made.GetProperty("key_id").GetString()!, made.GetProperty("key").GetString()!);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {text}");
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }
    }
}
