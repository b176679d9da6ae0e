using System.Text;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>One request with a foreign ticket in it somewhere.</summary>
internal sealed record Attempt(string Method, string Path)
{
    public string? Authorization { get; init; }

    public string? Cookie { get; init; }

    public (string Name, string Value)? Header { get; init; }

    public IReadOnlyDictionary<string, string>? Form { get; init; }

    public string? Json { get; init; }

    /// <summary>What being let in would look like, where it is not what the endpoint's declaration says.</summary>
    public Func<Answer, bool>? Accepted { get; init; }

    /// <summary>The same request without any ticket, where the ticket must make no difference.</summary>
    public Attempt? Without { get; init; }

    public static Dictionary<string, string> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value);

    public async Task<Answer> SendAsync(HttpClient http, Way way)
    {
        using var request = new HttpRequestMessage(new HttpMethod(Method), way.Origin + way.Prefix + Path);
        request.Headers.Host = way.Host;
        Add(request, "Authorization", Authorization);
        Add(request, "Cookie", Cookie);
        Add(request, Header?.Name ?? "", Header?.Value);
        request.Content = Form is not null ? new FormUrlEncodedContent(Form) : Json is not null ? new StringContent(Json, Encoding.UTF8, "application/json") : null;
        using var response = await http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.OriginalString ?? "",
            response.Headers.TryGetValues("Set-Cookie", out var cookies) ? string.Join('\n', cookies) : "");
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Body, string Location, string SetCookie)
{
    public bool IsGood => Status is >= 200 and < 300;

    public bool IsRedirect => Status is >= 300 and < 400;
}
