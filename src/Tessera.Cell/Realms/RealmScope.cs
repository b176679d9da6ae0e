namespace Tessera.Cell.Realms;

/// <summary>The realm of the request, or of the piece of work, in hand. Set once; there is no default.</summary>
internal sealed class RealmScope
{
    private Realm? _realm;

    /// <exception cref="InvalidOperationException">No realm was set.</exception>
    public Realm Realm => _realm ?? throw new InvalidOperationException("There is no realm in this scope.");

    /// <summary>The realm, or null where there may be none: a route that makes realms, or takes them away.</summary>
    public Realm? Find() => _realm;

    /// <exception cref="InvalidOperationException">A realm was set already.</exception>
    public void Set(Realm realm)
    {
        if (_realm is not null)
        {
            throw new InvalidOperationException("The scope has a realm already.");
        }

        _realm = realm;
    }
}
