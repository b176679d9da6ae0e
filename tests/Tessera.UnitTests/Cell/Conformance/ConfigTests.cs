using System.Net;
using System.Text.Json;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary><c>oidcc-config-certification-test-plan</c>.</summary>
public sealed class ConfigTests(SqliteCell cell) : ConformanceTests(cell), IClassFixture<SqliteCell>
{
    [Fact]
    public async Task oidcc_discovery_endpoint_verification()
    {
        await PartyAsync(); // whose RS256 key the set then has
        var discovery = await DiscoveryAsync();
        Assert.Equal(Acme.Issuer, discovery.GetProperty("issuer").GetString());
        Assert.Contains("code", Strings(discovery, "response_types_supported"));
        Assert.Contains("public", Strings(discovery, "subject_types_supported"));
        Assert.Contains("RS256", Strings(discovery, "id_token_signing_alg_values_supported"));
        Assert.Contains("openid", Strings(discovery, "scopes_supported"));
        Assert.Contains("sub", Strings(discovery, "claims_supported"));
        Assert.Contains("authorization_code", Strings(discovery, "grant_types_supported"));
        Assert.Equal(["S256"], Strings(discovery, "code_challenge_methods_supported"));
        foreach (var endpoint in discovery.EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri"))
        {
            var uri = new Uri(endpoint.Value.GetString()!);
            Assert.Equal((endpoint.Name, new Uri(CellHost.AuthHost).Scheme, ""), (endpoint.Name, uri.Scheme, uri.Fragment)); // https where the auth host is
        }

        using var response = await Acme.GetAsync(discovery.GetProperty("jwks_uri").GetString()!);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var keys = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
        Assert.All(keys, key => Assert.False(key.TryGetProperty("d", out _)));
        Assert.Equal(["EC", "RSA"], keys.Select(key => key.GetProperty("kty").GetString()).Order());
    }
}
