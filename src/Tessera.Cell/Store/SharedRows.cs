namespace Tessera.Cell.Store;

/// <summary>A row of a shared realm that belongs to one of its tenants, and is secured by it as well.</summary>
internal interface ITenantOwned : IRealmOwned
{
    Guid TenantId { get; }
}

/// <summary>A tenant that lives in a shared realm.</summary>
internal sealed class SharedTenantRow : ITenantOwned
{
    public string RealmId { get; set; } = "";
    public Guid TenantId { get; set; }
    public string Slug { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public string State { get; set; } = "";
}

/// <summary>A shared account's place in a tenant, and what that tenant says of the person.</summary>
internal sealed class MembershipRow : ITenantOwned
{
    public string RealmId { get; set; } = "";
    public Guid TenantId { get; set; }
    public Guid Sub { get; set; }
    public bool Active { get; set; }
    public string? Email { get; set; }
    public string? Name { get; set; }
    public DateTimeOffset JoinedAt { get; set; }
}

/// <summary>That a client of the realm may act for the tenant, with these of its scopes (space-separated).</summary>
internal sealed class ClientGrantRow : ITenantOwned
{
    public string RealmId { get; set; } = "";
    public Guid TenantId { get; set; }
    public Guid ApplicationId { get; set; }
    public string Scopes { get; set; } = "";
}
