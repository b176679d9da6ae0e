using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Tenants;

/// <summary>
/// The tenant of one unit of work: a request, a message, a job. A scoped service, set once by whoever verified the caller
/// and never changed. There is no default tenant.
/// </summary>
public sealed class TenantScope
{
    private TenantId? _tenant;
    private RowScope? _rows;

    /// <summary>Whether the tenant has been set.</summary>
    public bool IsSet => _tenant is not null;

    /// <exception cref="TenantNotSetException">The tenant was not set.</exception>
    public TenantId Tenant => _tenant ?? throw new TenantNotSetException();

    /// <summary>The tenant's rows; made once, because every command asks for them.</summary>
    internal RowScope Rows => _rows ??= TenantRows.Of(Tenant);

    /// <summary>Sets the tenant, from a verified token and nothing else.</summary>
    /// <exception cref="InvalidOperationException">It was set before, be it to the same tenant.</exception>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    public void Set(TenantId tenant)
    {
        TenantRows.RefuseEmpty(tenant);
        RefuseSecond();
        _tenant = tenant;
    }

    private void RefuseSecond()
    {
        if (_tenant is not null)
        {
            throw new InvalidOperationException("The scope's tenant is already set; work for another tenant needs a scope of its own.");
        }
    }
}
