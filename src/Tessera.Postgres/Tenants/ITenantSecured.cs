using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Tenants;

/// <summary>A <c>DbContext</c> whose rows are those of the current tenant.</summary>
public interface ITenantSecured : IRowSecured
{
    /// <summary>The scope the context was made in.</summary>
    TenantScope Tenants { get; }

    RowScope? IRowSecured.RowScope => Tenants.IsSet ? Tenants.Rows : null;
}
