using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Wire;

namespace Tessera.Router;

/// <summary>Names every fault of the configuration at once.</summary>
internal sealed class RouterOptionsValidator : IValidateOptions<RouterOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(RouterOptions options)
    {
        if (!IsOrigin(options.Listen, "http", "https"))
        {
            yield return "Router:Listen must be an address such as http://127.0.0.1:8400, or https://0.0.0.0:443 with certificates.";
        }
        else if (options.ListensWithTls && !IPAddress.TryParse(new Uri(options.Listen).Host, out _))
        {
            yield return "Router:Listen must name an IP address for TLS, such as https://0.0.0.0:443.";
        }

        if (options.ListensWithTls && !Directory.Exists(options.Certificates))
        {
            yield return "Router:Certificates must be a folder with a PEM file for each host, such as acme.auth.example.com.pem or _.auth.example.com.pem.";
        }

        if (string.IsNullOrWhiteSpace(options.Data))
        {
            yield return "Router:Data must name a folder for the copy of the directory.";
        }

        if (!IsOrigin(options.AuthHost, "http", "https"))
        {
            yield return "Router:AuthHost must be the public origin of the auth host, such as https://auth.example.com, without a path.";
        }

        if (!IsOrigin(options.ControlPlane, "http", "https"))
        {
            yield return "Router:ControlPlane must be the origin of the control plane, such as http://127.0.0.1:8401, without a path.";
        }

        if (!options.FeedKey.StartsWith("tsk_", StringComparison.Ordinal) || !options.FeedKey.All(char.IsAscii) || options.FeedKey.Any(char.IsWhiteSpace))
        {
            yield return "Router:FeedKey must be a key (tsk_…) with the scope feed:read.";
        }

        if (!IsVerificationKey(options.DirectoryKey))
        {
            yield return "Router:DirectoryKey must be the directory's public key as JSON, as GET /directory/key of the control plane gives it.";
        }

        foreach (var proxy in options.TrustedProxies.Where(proxy => !IsProxy(proxy)))
        {
            yield return $"Router:TrustedProxies: '{proxy}' is neither an IP address nor a network of at most 65,536 addresses.";
        }

        if (options.MaxBodyBytes is < 64 * 1024 or > 1024 * 1024 * 1024)
        {
            yield return "Router:MaxBodyBytes must be between 65536 (64 KiB) and 1073741824 (1 GiB).";
        }

        if (options.WebSocketIdleSeconds is < 5 or > 3600)
        {
            yield return "Router:WebSocketIdleSeconds must be between 5 and 3600.";
        }

        foreach (var fault in options.Limits.Faults())
        {
            yield return fault;
        }
    }

    // Whoever is in the network is believed about the source: an internet of them would be everybody.
    private static bool IsProxy(string text) =>
        IPAddress.TryParse(text, out _)
        || (IPNetwork.TryParse(text, out var network) && network.BaseAddress.GetAddressBytes().Length * 8 - network.PrefixLength <= 16);

    private static bool IsOrigin(string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && schemes.Contains(uri.Scheme)
        && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" };

    private static bool IsVerificationKey(string json)
    {
        try
        {
            using var key = JsonSerializer.Deserialize(json, WireJson.Default.PublicJwk)?.ToECDsa();
            return key is not null;
        }
        catch (Exception e) when (e is JsonException or CryptographicException or FormatException)
        {
            return false;
        }
    }
}
