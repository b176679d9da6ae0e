using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Tokens.Store;

/// <summary>A ticket as it is in the store, with the grant it hangs on and the account it speaks of.</summary>
internal sealed record FoundTicket(TokenRow Token, GrantRow? Grant, AccountRow? Account);

/// <summary>What one request changes of tickets, to be committed together or not at all.</summary>
/// <param name="Redeemed">The ticket that was handed in, if one was.</param>
/// <param name="Once">Whether it is good for one use alone. A refresh token may have been used by another request just now.</param>
internal sealed record TicketChange(TokenRow? Redeemed, bool Once, IReadOnlyList<TokenRow> Issued, IReadOnlyList<AuditRow> Audit);

/// <summary>How committing a <see cref="TicketChange"/> ended.</summary>
internal enum TicketOutcome
{
    Committed,

    /// <summary>The grant was ended meanwhile. Nothing was written.</summary>
    GrantEnded,

    /// <summary>The ticket is good once and was used meanwhile. Nothing was written.</summary>
    UsedMeanwhile,
}

/// <summary>Reads and writes tickets where a request spends most of its time with the store.</summary>
internal interface ITicketRows
{
    /// <param name="referenceId">The ticket's hash.</param>
    Task<FoundTicket?> FindAsync(Realm realm, string referenceId, CancellationToken cancellation);

    Task<TicketOutcome> CommitAsync(Realm realm, TicketChange change, CancellationToken cancellation);
}
