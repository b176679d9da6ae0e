using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.AspNetCore.Tenancy;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.ForwardAuth;

/// <summary>The query of the request the proxy asks about. Envoy's is this request's own; nginx and Traefik tell it in a header.</summary>
internal static class OriginalUri
{
    private static readonly string[] Headers = ["X-Original-URI", "X-Forwarded-Uri"];

    /// <summary>Where it names a tenant other than <paramref name="tenant"/>, if it does.</summary>
    public static string? FindOtherThan(TenantEntry tenant, HttpRequest request) =>
        Headers.SelectMany(header => request.Headers[header])
            .Select(uri => uri?.IndexOf('?', StringComparison.Ordinal) is { } at and >= 0 ? uri[at..] : "")
            .SelectMany(QueryHelpers.ParseQuery)
            .Where(parameter => TenantMentions.Names.Contains(parameter.Key, StringComparer.OrdinalIgnoreCase))
            .Where(parameter => parameter.Value.Any(value => !string.IsNullOrWhiteSpace(value) && !TenantMentions.IsNameOf(tenant, value)))
            .Select(parameter => $"query {parameter.Key}")
            .FirstOrDefault();
}
