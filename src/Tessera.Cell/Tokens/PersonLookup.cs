using Tessera.Cell.Accounts;
using Tessera.Cell.Memberships;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Tokens;

/// <summary>Whom a ticket of the realm in hand speaks of, as they are this moment; nobody, if they may no longer sign in.</summary>
internal sealed class PersonLookup(AccountLookup accounts, PlaceLookup places, RealmScope scope)
{
    /// <summary>For a code or refresh token, whose grant the protocol has just found standing.</summary>
    public async Task<Person?> FindAsync(string? subject, string? grantId, CancellationToken cancellation) => scope.Realm.IsShared
        ? await FindMemberAsync(subject, grantId, cancellation)
        : Owned(await accounts.FindEnabledAsync(subject, cancellation));

    /// <summary>For an access token: the grant must stand as well.</summary>
    public async Task<Person?> FindGrantedAsync(string? subject, string? grantId, CancellationToken cancellation) => scope.Realm.IsShared
        ? await FindMemberAsync(subject, grantId, cancellation)
        : Owned(await accounts.FindGrantedAsync(subject, grantId, cancellation));

    private Person? Owned(AccountRow? account) => account is null ? null : new Person(account, scope.Tenant, Membership: null);

    private async Task<Person?> FindMemberAsync(string? subject, string? grantId, CancellationToken cancellation)
    {
        if (!Guid.TryParse(subject, out var sub) || !Guid.TryParse(grantId, out var grant)
            || await places.FindGrantedAsync(sub, grant, cancellation) is not { } found)
        {
            return null;
        }

        scope.Choose(found.Place.Id);
        return new Person(found.Account, found.Place.Id, found.Place.Membership);
    }
}
