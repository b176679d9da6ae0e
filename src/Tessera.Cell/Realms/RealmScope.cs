using Tessera.Contracts.Ids;

namespace Tessera.Cell.Realms;

/// <summary>
/// The realm of the request, or of the piece of work, in hand, and the tenant it is done for: the realm's owner, or in a
/// shared realm the one that was chosen. Each is set once; there is no default.
/// </summary>
internal sealed class RealmScope
{
    private Realm? _realm;
    private TenantId? _tenant;

    /// <exception cref="InvalidOperationException">No realm was set.</exception>
    public Realm Realm => _realm ?? throw new InvalidOperationException("There is no realm in this scope.");

    /// <exception cref="InvalidOperationException">The realm is shared, and no tenant of it was chosen.</exception>
    public TenantId Tenant => _tenant ?? throw new InvalidOperationException("There is no tenant in this scope.");

    /// <summary>The realm, or null where there may be none: a route that makes realms, or takes them away.</summary>
    public Realm? Find() => _realm;

    /// <summary>The tenant, or null in a shared realm before one is chosen.</summary>
    public TenantId? FindTenant() => _tenant;

    /// <exception cref="InvalidOperationException">A realm was set already.</exception>
    public void Set(Realm realm)
    {
        DemandNoRealm();
        _realm = realm;
        _tenant = realm.Owner;
    }

    /// <summary>Says for which tenant of the shared realm the work is done.</summary>
    /// <exception cref="InvalidOperationException">Another tenant was set already.</exception>
    public void Choose(TenantId tenant)
    {
        DemandNoOtherTenant(tenant);
        _tenant = tenant;
    }

    private void DemandNoRealm()
    {
        if (_realm is not null)
        {
            throw new InvalidOperationException("The scope has a realm already.");
        }
    }

    private void DemandNoOtherTenant(TenantId tenant)
    {
        if (_tenant is not null && _tenant != tenant)
        {
            throw new InvalidOperationException("The scope has a tenant already.");
        }
    }
}
