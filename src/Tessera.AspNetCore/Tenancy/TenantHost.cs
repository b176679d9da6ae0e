namespace Tessera.AspNetCore.Tenancy;

/// <summary>How the hosts of an application name their tenant: <c>{tenant}.app.example.com</c>.</summary>
internal sealed record TenantHost(string Before, string After)
{
    private const string Place = "{tenant}";

    /// <summary>Whether the text says exactly once where the tenant stands, and no port.</summary>
    public static bool IsWellFormed(string text) => text.Split(Place) is [_, var after] && after.StartsWith('.') && !after.Contains(':', StringComparison.Ordinal);

    public static TenantHost Parse(string text)
    {
        var parts = text.Split(Place);
        return new TenantHost(parts[0], parts[1]);
    }

    /// <summary>What stands in the tenant's place; null at a host of another form.</summary>
    public string? SlugIn(string host) =>
        host.Length > Before.Length + After.Length
            && host.StartsWith(Before, StringComparison.OrdinalIgnoreCase) && host.EndsWith(After, StringComparison.OrdinalIgnoreCase)
            ? host[Before.Length..^After.Length]
            : null;
}
