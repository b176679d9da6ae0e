using Tessera.Cell.Keys;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Realms;

/// <summary>A realm this cell houses, ready to serve: its names, its state and its opened keys.</summary>
/// <param name="Owner">The tenant it belongs to; absent for a shared realm, which belongs to the pool and serves several.</param>
/// <param name="Epoch">The placement's epoch; a write is refused once the store has another.</param>
/// <param name="Issuer">The <c>iss</c> of its tokens: <c>{auth host}/{realm id}</c>.</param>
/// <param name="SignIn">Origin of its sign-in pages.</param>
internal sealed record Realm(
    RealmId Id,
    TenantId? Owner,
    string DisplayName,
    RealmStanding Standing,
    long Epoch,
    Uri Issuer,
    Uri SignIn,
    PoolKeyring Pool,
    TicketKeys Tickets,
    RealmGate Gate)
{
    public bool IsShared => Owner is null;

    /// <summary>The cell it lives in, where that is another one.</summary>
    public string? MovedTo { get; init; }

    /// <summary>Of pools it was in before: to verify what they have signed.</summary>
    public IReadOnlyList<FormerKey> FormerKeys { get; init; } = [];

    /// <summary>Whether its people are this cell's to serve: not if it has gone, or is not here yet.</summary>
    public bool LivesHere => Standing is RealmStanding.Active or RealmStanding.Suspended or RealmStanding.Fenced;
}
