using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>The places in which requests like to name a tenant. None is ever believed; they may only agree with the token.</summary>
internal sealed class TenantMentions(TesseraOptions options)
{
    private static readonly string[] Headers =
        ["X-Tenant-Id", "X-TenantId", "X-Tenant", "X-Tenant-Slug", "Tenant-Id", "TenantId", "Tenant", "Tessera-Tenant-Id", "Tessera-Tenant"];

    private readonly TenantHost? _host = options.TenantHost is { } host ? TenantHost.Parse(host) : null;

    /// <summary>What a field, a parameter or a cookie that names a tenant is called, in any case.</summary>
    public static IReadOnlyList<string> Names { get; } = ["tenant_id", "tenantId", "tenant-id", "tenant"];

    /// <summary>The first place that names a tenant other than <paramref name="tenant"/>, if there is one.</summary>
    public async Task<string?> FindOtherThanAsync(TenantEntry tenant, HttpContext context)
    {
        var request = context.Request;
        return OtherHost(tenant, request)
            ?? Find("header", Headers, name => request.Headers[name])
            ?? Find("query", Names, name => request.Query[name])
            ?? Find("route", Names, name => request.RouteValues.TryGetValue(name, out var value) ? [Convert.ToString(value, CultureInfo.InvariantCulture)] : [])
            ?? OtherCookie(tenant, request)
            ?? (await BodyTenants.ReadAsync(request, context.RequestAborted)).Where(named => !IsNameOf(tenant, named.Value)).Select(named => $"body {named.Name}").FirstOrDefault();

        string? Find(string place, IReadOnlyList<string> names, Func<string, IEnumerable<string?>> valuesOf) =>
            names.Where(name => valuesOf(name).Any(value => IsOther(tenant, value))).Select(name => $"{place} {name}").FirstOrDefault();
    }

    private string? OtherHost(TenantEntry tenant, HttpRequest request) =>
        _host?.SlugIn(request.Host.Host) is { } slug && !IsNameOf(tenant, slug) ? "host" : null;

    // Read from the header itself: of two cookies of one name a collection shows one.
    private static string? OtherCookie(TenantEntry tenant, HttpRequest request)
    {
        var header = request.Headers.Cookie;
        if (!header.Any(value => value?.Contains("tenant", StringComparison.OrdinalIgnoreCase) == true) || !CookieHeaderValue.TryParseList([.. header!], out var cookies))
        {
            return null;
        }

        var named = cookies.Where(cookie => Names.Contains(cookie.Name.ToString(), StringComparer.OrdinalIgnoreCase));
        return named.FirstOrDefault(cookie => IsOther(tenant, Uri.UnescapeDataString(cookie.Value.ToString()))) is { } other ? $"cookie {other.Name}" : null;
    }

    private static bool IsOther(TenantEntry tenant, string? value) => !string.IsNullOrWhiteSpace(value) && !IsNameOf(tenant, value);

    /// <summary>Whether a text is the tenant's id or slug.</summary>
    public static bool IsNameOf(TenantEntry tenant, string? value) => value is not null
        && (value.Trim().Equals(tenant.TenantId.ToString(), StringComparison.OrdinalIgnoreCase)
            || value.Trim().Equals(tenant.Slug.Value, StringComparison.OrdinalIgnoreCase));
}
