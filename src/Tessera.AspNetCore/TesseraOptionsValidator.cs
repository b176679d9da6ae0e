using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Tenancy;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.AspNetCore;

/// <summary>Collects every fault of the options.</summary>
internal sealed class TesseraOptionsValidator : IValidateOptions<TesseraOptions>
{
    private const int MostRemembered = 1_000_000;
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(60);

    // The directory is heard of every few seconds; less would refuse for a pause in the network.
    private static readonly TimeSpan LeastStaleness = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, TesseraOptions options)
    {
        var faults = Faults(options).ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static bool TryReadKey(string? json, [NotNullWhen(true)] out PublicJwk? key)
    {
        try
        {
            key = json is null ? null : JsonSerializer.Deserialize(json, WireJson.Default.PublicJwk);
            key?.ToECDsa().Dispose();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            key = null;
        }

        return key is not null;
    }

    private static IEnumerable<string> Faults(TesseraOptions options)
    {
        if (options.ControlPlane is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return "Tessera:ControlPlane must be the control plane's origin, for instance https://control.example.com.";
        }

        if (options.FeedKey is not { Length: > 4 } || !options.FeedKey.StartsWith("tsk_", StringComparison.Ordinal))
        {
            yield return "Tessera:FeedKey must be a key (tsk_…) with the scope feed:read.";
        }

        if (!TryReadKey(options.DirectoryKey, out _))
        {
            yield return "Tessera:DirectoryKey must be the directory's public key as JSON, from GET /directory/key.";
        }

        if (string.IsNullOrWhiteSpace(options.Data))
        {
            yield return "Tessera:Data must be a folder for the feed's copy.";
        }

        if (!options.AudienceIsWritten || options.Audience is { } audience && string.IsNullOrWhiteSpace(audience))
        {
            yield return "Tessera:Audience must be this API's audience; to accept tokens meant for any API, set it to null in code.";
        }

        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > MostSkew)
        {
            yield return "Tessera:ClockSkew must lie between 0 and 60 seconds.";
        }

        if (options.TenantHost is { } host && !TenantHost.IsWellFormed(host))
        {
            yield return "Tessera:TenantHost must say once where the tenant stands, and no port: {tenant}.app.example.com.";
        }

        if (options.AllowedClients is { } clients && (clients.Count == 0 || clients.Any(string.IsNullOrWhiteSpace)))
        {
            yield return "Tessera:AllowedClients must name the clients whose tokens are taken; leave it out to take those of every client of a tenant.";
        }

        if (options.LeastRevision < 0)
        {
            yield return "Tessera:LeastRevision must be a revision of the directory, or 0.";
        }

        if (!options.StalenessIsWritten || options.MostStaleness < LeastStaleness)
        {
            yield return "Tessera:MostStaleness must be a minute at least; to accept tokens however long the directory has not been heard of, set it to null in code.";
        }

        if (options.RememberedTokens is < 0 or > MostRemembered)
        {
            yield return "Tessera:RememberedTokens must lie between 0 and 1,000,000.";
        }

        if (options.RememberedBytes is < 1 << 20 or > 1L << 34)
        {
            yield return "Tessera:RememberedBytes must lie between 1 MiB and 16 GiB.";
        }
    }
}
