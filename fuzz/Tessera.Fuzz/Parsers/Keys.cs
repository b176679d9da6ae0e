using System.Text.Json;
using Tessera.AspNetCore;
using Tessera.Contracts.Keys;
using JoinTokens = Tessera.Contracts.Provisioning.JoinToken;
using AdminKeys = Tessera.ControlPlane.AdminKeys.AdminKey;

namespace Tessera.Fuzz.Parsers;

/// <summary>Keys, and tokens that are keys.</summary>
internal static class Keys
{
    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    public static Parser JoinToken { get; } = new("join-token", [typeof(JoinTokens)], text =>
    {
        if (JoinTokens.TryParse(text, out var token))
        {
            Promise.Same(text, token.ToString(), "A join token has one written form");
        }
    });

    public static Parser AdminKey { get; } = new("admin-key", [typeof(AdminKeys)], text =>
    {
        if (AdminKeys.TryParse(text, out var key))
        {
            Promise.Same(text, key.Reveal(), "An admin key has one written form");
            Promise.That(!key.ToString().Contains(key.Secret, StringComparison.Ordinal), "An admin key is named without its secret");
        }
    });

    public static Parser OptionsKey { get; } = new("options-key", [typeof(TesseraOptionsValidator), typeof(PublicJwk)], text =>
    {
        if (TesseraOptionsValidator.TryReadKey(text, out var key))
        {
            key.ToECDsa().Dispose();
        }
    });

    public static Parser ClientKeys { get; } = new("client-keys", [typeof(ClientKeySet)], text =>
    {
        if (!ClientKeySet.TryRead(text, out var set, out var fault))
        {
            Promise.That(fault.Length > 0, "A refusal says why");
            return;
        }

        Promise.That(ClientKeySet.TryRead(set, out var again, out _) && again == set, "What is stored is read again as itself");
        using var json = JsonDocument.Parse(set);
        foreach (var key in json.RootElement.GetProperty("keys").EnumerateArray())
        {
            Promise.That(Private.All(member => !key.TryGetProperty(member, out _)), "No private key is stored");
            Promise.That(key.GetProperty("alg").GetString() is "ES256" or "RS256", "A key is for ES256 or RS256");
            Promise.That(!key.TryGetProperty("e", out var exponent) || exponent.GetString() is not ("AQ" or "Aw" or "EQ"), "No RSA key has a small exponent");
        }
    });

    public static Parser KeySet { get; } = new("key-set", [typeof(Tessera.AspNetCore.Keys.KeySet)], text =>
    {
        if (Tessera.AspNetCore.Keys.KeySet.TryRead(text, out var set))
        {
            Promise.That(set.Keys.Count > 0 && set.Keys.All(key => key is { Kty: "RSA", Alg: "RS256", Kid.Length: > 0 }), "An issuer's keys are RSA keys with ids");
        }
    });

    public static Parser Base64Url { get; } = new("base64url", [typeof(StrictBase64Url)], text =>
    {
        if (StrictBase64Url.Decode(text) is { } bytes)
        {
            Promise.Same(text, System.Buffers.Text.Base64Url.EncodeToString(bytes), "Bytes have one text");
        }
    });
}
