using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Store;

/// <summary>Which tenants' rows a unit of work sees and may write. Saying nothing is no scope and sees none.</summary>
internal readonly record struct DirectoryScope
{
    /// <summary>Every tenant: for what is by nature about all of them, such as claiming a name.</summary>
    public static readonly DirectoryScope All = new() { SeesAll = true };

    public bool SeesAll { get; private init; }

    public TenantId Tenant { get; private init; }

    public static DirectoryScope Of(TenantId tenant) => new() { Tenant = tenant };

    /// <summary>The two settings PostgreSQL's policies read; both empty match no row.</summary>
    public (string Tenant, string Scope) Settings =>
        (Tenant == default ? "" : Tenant.ToString(), SeesAll ? "all" : "");
}
