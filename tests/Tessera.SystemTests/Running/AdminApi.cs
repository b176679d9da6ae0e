using System.Net;
using System.Text;
using System.Text.Json;

namespace Tessera.SystemTests.Running;

/// <summary>The control plane's API, as an operator's script uses it.</summary>
public sealed class AdminApi(Visitor visitor, string origin, string key)
{
    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await visitor.GetAsync(origin + path, bearer: key);
        return await ReadAsync(response);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var response = await visitor.PostJsonAsync(origin + path, body, bearer: key);
        return await ReadAsync(response);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PatchAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, origin + path) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        using var response = await visitor.SendAsync(request, bearer: key);
        return await ReadAsync(response);
    }

    public async Task<JsonElement> MadeAsync(string path, object body)
    {
        var (status, made) = await PostAsync(path, body);
        Assert.True(status == HttpStatusCode.Created, $"POST {path}: {(int)status} {made}");
        return made;
    }

    /// <summary>Every page of a list, to its end.</summary>
    public async Task<List<JsonElement>> AllAsync(string path, string member)
    {
        var all = new List<JsonElement>();
        string? after = null;
        do
        {
            var (status, page) = await GetAsync($"{path}?limit=50{(after is null ? "" : $"&after={after}")}");
            Assert.Equal(HttpStatusCode.OK, status);
            all.AddRange(page.GetProperty(member).EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        return all;
    }

    /// <summary>What onboards a tenant; its administrator is <c>ada@example.com</c>.</summary>
    public static object Onboarding(string slug, string cell, string password) => new
    {
        slug,
        pattern = "hybrid",
        cell,
        client = new
        {
            type = "public", redirect_uris = new[] { Deployment.RedirectUri }, grant_types = new[] { "authorization_code", "refresh_token" },
            scopes = new[] { "orders" }, audiences = new[] { "orders" },
        },
        administrator = new { username = Deployment.Ada, email = Deployment.Ada, password },
    };

    private static async Task<(HttpStatusCode Status, JsonElement Body)> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }
}
