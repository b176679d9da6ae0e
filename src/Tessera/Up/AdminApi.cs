using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tessera.Up;

/// <summary>The control plane's HTTP API, as far as starting up needs it.</summary>
internal sealed class AdminApi(HttpClient http, string origin, string key)
{
    public Task<JsonNode> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, body, cancellation);

    public Task<JsonNode> PutAsync(string path, JsonObject body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, path, body, cancellation);

    public Task<JsonNode> PatchAsync(string path, JsonObject body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Patch, path, body, cancellation);

    public Task DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, path, null, cancellation);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, origin + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await http.SendAsync(request, cancellation);
        var isJson = response.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal);
        var answer = isJson ? JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation)) : null;
        return response.IsSuccessStatusCode
            ? answer ?? new JsonObject()
            : throw new AdminApiFault(response.StatusCode, Text(answer, "code"), $"{method} {path}: {(int)response.StatusCode} {Said(answer)}".TrimEnd());
    }

    // Which field, where the detail does not name it.
    private static string? Said(JsonNode? answer) =>
        Text(answer, "field") is { } field && Text(answer, "detail")?.Contains(field, StringComparison.Ordinal) != true
            ? $"{field}: {Text(answer, "detail")}"
            : Text(answer, "detail");

    private static string? Text(JsonNode? node, string member) => (node as JsonObject)?[member]?.GetValue<string>();
}

/// <summary>The control plane said no.</summary>
internal sealed class AdminApiFault(HttpStatusCode status, string? code, string message) : Exception($"The control plane refused {message}")
{
    public HttpStatusCode Status => status;

    public string? Code => code;
}
