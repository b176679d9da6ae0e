using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>The places in which requests like to name a tenant. None is ever believed; they may only agree with the token.</summary>
internal static class TenantMentions
{
    private static readonly string[] Headers =
        ["X-Tenant-Id", "X-TenantId", "X-Tenant", "X-Tenant-Slug", "Tenant-Id", "TenantId", "Tenant", "Tessera-Tenant-Id", "Tessera-Tenant"];

    /// <summary>What a parameter that names a tenant is called, in any case.</summary>
    public static IReadOnlyList<string> Names { get; } = ["tenant_id", "tenantId", "tenant"];

    /// <summary>The first place that names a tenant other than <paramref name="tenant"/>, if there is one.</summary>
    public static async Task<string?> FindOtherThanAsync(TenantEntry tenant, HttpContext context)
    {
        var request = context.Request;
        return Find("header", Headers, name => request.Headers[name])
            ?? Find("query", Names, name => request.Query[name])
            ?? Find("route", Names, name => request.RouteValues.TryGetValue(name, out var value) ? [Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)] : [])
            ?? (await BodyTenants.ReadAsync(request, context.RequestAborted)).Where(named => !IsNameOf(tenant, named.Value)).Select(named => $"body {named.Name}").FirstOrDefault();

        string? Find(string place, IReadOnlyList<string> names, Func<string, IEnumerable<string?>> valuesOf) =>
            names.Where(name => valuesOf(name).Any(value => !string.IsNullOrWhiteSpace(value) && !IsNameOf(tenant, value))).Select(name => $"{place} {name}").FirstOrDefault();
    }

    /// <summary>Whether a text is the tenant's id or slug.</summary>
    public static bool IsNameOf(TenantEntry tenant, string? value) => value is not null
        && (value.Trim().Equals(tenant.TenantId.ToString(), StringComparison.OrdinalIgnoreCase)
            || value.Trim().Equals(tenant.Slug.Value, StringComparison.OrdinalIgnoreCase));
}
