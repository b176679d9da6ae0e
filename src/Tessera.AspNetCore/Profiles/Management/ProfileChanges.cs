using Tessera.AspNetCore.Profiles.Access;
using Tessera.Contracts.Errors;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Profiles.Management;

/// <summary>How a change begins, by whom, and how it ends. A change without an actor is the application's own, and gives what it likes.</summary>
internal sealed class ProfileChanges(TenantDatabase database, TenantScope scope, PermissionCatalogue catalogue, AccessCache cache)
{
    public Task<ProfileTransaction> BeginAsync(Caller? actor, string[] subs, CancellationToken cancellation) =>
        ProfileTransaction.BeginAsync(database, actor is { } person ? [person.Sub, .. subs] : subs, cancellation);

    public Error? RefusalOf(Caller? actor, ProfileTransaction change) =>
        actor is { } person ? GrantRules.ActorManages(change.AccessOf(catalogue, person)) : null;

    public Error? RefusalOf(Caller? actor, ProfileTransaction change, IEnumerable<string> changed) =>
        actor is { } person ? GrantRules.StaysWithinWhatTheActorHolds(change.AccessOf(catalogue, person), changed) : null;

    /// <summary>This instance acts on it at once, before anybody is told that it is done; the others with the notice.</summary>
    public async Task CommitAsync(ProfileTransaction change, CancellationToken cancellation)
    {
        try
        {
            await change.CommitAsync(cancellation);
        }
        finally
        {
            cache.TenantChanged(scope.Tenant); // committed or not: who was cut off does not know
        }
    }
}
