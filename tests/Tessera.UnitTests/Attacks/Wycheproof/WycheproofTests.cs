using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Keys;
using Tessera.UnitTests.Architecture;
using Tessera.UnitTests.AspNetCore;
using Tessera.UnitTests.Cell;

namespace Tessera.UnitTests.Attacks.Wycheproof;

/// <summary>Project Wycheproof's vectors of JSON Web Crypto, at whatever here reads such a thing.</summary>
public sealed class WycheproofTests(ITestOutputHelper output)
{
    // Their payloads are no tokens of ours, so that past the signature each is refused for something else: for what, tells
    // whether it held.
    [Fact]
    public void Signatures_of_ES256_and_RS256_hold_where_Wycheproof_says_so_and_no_other_algorithm_is_read()
    {
        var (ran, held, wrong) = (0, 0, new List<string>());
        foreach (var group in Groups("json_web_signature_test.json"))
        {
            foreach (var test in Tests(group))
            {
                var (jws, valid) = (test.GetProperty("jws"), test.GetProperty("result").GetString() == "valid");
                var holds = jws.ValueKind == JsonValueKind.String && Holds(KeyOf(group), jws.GetString()!);
                ran++;
                held += holds ? 1 : 0;
                var may = valid && KeyOf(group)?["alg"]?.ToString() is "ES256" or "RS256";
                if (holds && !may)
                {
                    wrong.Add($"{group.GetProperty("comment")} {test.GetProperty("tcId")} {test.GetProperty("comment")}: holds");
                }
                else if (!holds && may && !IsStricter(test))
                {
                    wrong.Add($"{group.GetProperty("comment")} {test.GetProperty("tcId")} {test.GetProperty("comment")}: does not hold");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(401, ran);
        output.WriteLine($"{ran} signatures, {held} held, {ran - held} refused, as they should");
    }

    [Fact]
    public void A_set_with_a_key_that_is_secret_weak_or_of_another_use_is_no_clients()
    {
        var (ran, taken) = (0, new List<string>());
        foreach (var group in Groups("json_web_key_test.json"))
        {
            ran += Tests(group).Count();
            var text = (group.TryGetProperty("public", out var set) ? set : group.GetProperty("private")).GetRawText();
            if (ClientKeySet.TryRead(text, out _, out _))
            {
                taken.Add(group.GetProperty("comment").GetString()!);
            }
        }

        // A sound RSA key for signatures, and one whose fault (CVE-2017-15361) is in how its primes were found: whoever has
        // registered it harms themselves alone.
        Assert.All(taken, name => Assert.Contains(name, new[] { "rs256", "jws_rsa_roca_key" }));
        Assert.Equal(26, ran);
        output.WriteLine($"{ran} key sets, {ran - taken.Count} refused, {taken.Count} taken: {string.Join(", ", taken)}");
    }

    [Fact]
    public async Task Nothing_here_takes_an_encrypted_token()
    {
        using var sdk = Services(new TestDirectory());
        await using var cell = await CellHost.StartAsync();
        var acme = await cell.AddTenantAsync("acme");
        var ran = 0;
        foreach (var test in Groups("json_web_encryption_test.json").SelectMany(Tests))
        {
            if (test.GetProperty("jwe") is not { ValueKind: JsonValueKind.String } text)
            {
                continue;
            }

            var jwe = text.GetString()!;
            ran++;
            Assert.IsType<TokenVerdict.Refused>(sdk.GetRequiredService<TokenVerifier>().Verify(jwe));
            Assert.False(CompactJws.TryVerify(jwe, "tessera-feed+jwt", cell.Control.Public, out _));
            using var info = await acme.PostAsync($"{acme.Issuer}/oauth2/userInfo", new() { ["access_token"] = jwe });
            Assert.InRange((int)info.StatusCode, 400, 401);
        }

        Assert.InRange(ran, 130, 139);
        output.WriteLine($"{ran} encrypted tokens at three readers, 0 taken");
    }

    private static bool Holds(JsonObject? jwk, string jws)
    {
        if (jws.Split('.') is not [var header, ..] || Header(header) is not { } head || jwk is null)
        {
            return false;
        }

        try
        {
            return Import(jwk) is { } key && Algorithm(head) == key.Alg && Verifies(key, jws);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    // The verifier's own pieces: how it takes a token apart, and how it asks the library.
    private static bool Verifies(PublicJwk key, string jws) => jws.Split('.') is [var head, var payload, var tail]
        && StrictBase64Url.Decode(head) is not null && StrictBase64Url.Decode(payload) is not null && StrictBase64Url.Decode(tail) is { } signature
        && TokenSignature.Holds(key, SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($"{head}.{payload}")), signature);

    private static JsonObject? KeyOf(JsonElement group) => JsonNode.Parse((group.TryGetProperty("public", out var key) ? key : group.GetProperty("private")).GetRawText()) as JsonObject;

    private static PublicJwk? Import(JsonObject jwk) => ((string?)jwk["kty"], (string?)jwk["use"], (string?)jwk["alg"]) switch
    {
        ("EC", "sig", "ES256") => new PublicJwk("EC", (string?)jwk["kid"] ?? "", "ES256", Crv: (string?)jwk["crv"], X: (string?)jwk["x"], Y: (string?)jwk["y"]),
        ("RSA", "sig" or null, "RS256") => new PublicJwk("RSA", (string?)jwk["kid"] ?? "", "RS256", N: (string?)jwk["n"], E: (string?)jwk["e"]),
        _ => null,
    };

    private static JsonElement? Header(string part)
    {
        try
        {
            return StrictBase64Url.Decode(part) is { } json ? JsonElement.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false }) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Algorithm(JsonElement header) =>
        header.ValueKind == JsonValueKind.Object && header.TryGetProperty("alg", out var alg) && alg.ValueKind == JsonValueKind.String ? alg.GetString() : null;

    private static bool IsStricter(JsonElement test) => test.GetProperty("flags").EnumerateArray().Any();

    private static ServiceProvider Services(TestDirectory directory)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(directory.Map).AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        return services.BuildServiceProvider();
    }

    private static JsonElement.ArrayEnumerator Groups(string file) =>
        JsonDocument.Parse(Repository.Read($"tests/Tessera.UnitTests/Attacks/Wycheproof/{file}")).RootElement.GetProperty("testGroups").EnumerateArray();

    private static IEnumerable<JsonElement> Tests(JsonElement group) => group.GetProperty("tests").EnumerateArray();
}
