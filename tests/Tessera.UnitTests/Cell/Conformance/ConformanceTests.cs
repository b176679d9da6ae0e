using System.Net;
using System.Text.Json;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary>
/// Behaviours the OpenID Foundation's conformance suite demands, each test named after the module it stands for
/// (docs/conformance.md). A port of what the modules do, and no certification.
/// </summary>
public abstract class ConformanceTests(SqliteCell cell) : CellTests(cell)
{
    /// <summary>A client of its own and a browser without a cookie.</summary>
    private protected async Task<RelyingParty> PartyAsync(Action<ClientSpecDraft>? shape = null)
    {
        var secret = "";
        var client = await Cell.AddClientAsync(Acme, draft =>
        {
            secret = draft.MakeConfidential();
            draft.SigningAlgorithm = "RS256";
            draft.RequirePkce = false;
            shape?.Invoke(draft);
        });
        return new RelyingParty(Acme, Cell, client, secret);
    }

    private protected async Task<JsonElement> DiscoveryAsync()
    {
        using var response = await Acme.GetAsync($"{Acme.Issuer}/.well-known/openid-configuration");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private protected static string[] Strings(JsonElement of, string member) => [.. of.GetProperty(member).EnumerateArray().Select(value => value.GetString()!)];

    private protected static async Task<string?> ErrorAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString();

    // A person is shown a page, and sent nowhere.
    private protected static async Task<string> PageAsync(HttpResponseMessage response)
    {
        Assert.Null(response.Headers.Location);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync();
    }
}
