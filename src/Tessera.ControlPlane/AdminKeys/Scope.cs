using System.Diagnostics.CodeAnalysis;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>A right an admin key may have, as written in requests: <c>tenants:read</c>.</summary>
public sealed record Scope
{
    public static readonly Scope TenantsRead = new("tenants:read");
    public static readonly Scope TenantsWrite = new("tenants:write");
    public static readonly Scope UsersRead = new("users:read");
    public static readonly Scope UsersWrite = new("users:write");
    public static readonly Scope CellsRead = new("cells:read");
    public static readonly Scope CellsWrite = new("cells:write");
    public static readonly Scope MovesRead = new("moves:read");
    public static readonly Scope MovesWrite = new("moves:write");
    public static readonly Scope PolicyRead = new("policy:read");
    public static readonly Scope PolicyWrite = new("policy:write");
    public static readonly Scope KeysWrite = new("keys:write");
    public static readonly Scope AuditRead = new("audit:read");
    public static readonly Scope FeedRead = new("feed:read");

    /// <summary>Every right.</summary>
    public static readonly Scope Everything = new("*");

    private Scope(string name) => Name = name;

    public string Name { get; }

    /// <summary>All scopes there are.</summary>
    public static IReadOnlyList<Scope> All { get; } =
        [TenantsRead, TenantsWrite, UsersRead, UsersWrite, CellsRead, CellsWrite, MovesRead, MovesWrite, PolicyRead, PolicyWrite, KeysWrite, AuditRead, FeedRead, Everything];

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Scope? scope)
    {
        scope = All.FirstOrDefault(known => known.Name == text);
        return scope is not null;
    }

    public override string ToString() => Name;
}
