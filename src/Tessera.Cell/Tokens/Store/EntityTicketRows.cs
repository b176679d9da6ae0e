using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Tokens.Store;

/// <summary>Tickets by Entity Framework, in the request's own context: on SQLite, and where the request has changed other rows too.</summary>
internal sealed class EntityTicketRows(RequestDb request) : ITicketRows
{
    public async Task<FoundTicket?> FindAsync(Realm realm, string referenceId, CancellationToken cancellation)
    {
        var db = request.Value;
        if (await db.Tokens.AsNoTracking().SingleOrDefaultAsync(token => token.ReferenceId == referenceId, cancellation) is not { } token)
        {
            return null;
        }

        var grant = token.AuthorizationId is null ? null : await db.Grants.AsNoTracking().SingleOrDefaultAsync(row => row.Id == token.AuthorizationId, cancellation);
        var account = Guid.TryParse(token.Subject, out var sub) ? await db.Accounts.AsNoTracking().SingleOrDefaultAsync(row => row.Sub == sub, cancellation) : null;
        return new FoundTicket(token, grant, account);
    }

    public async Task<TicketOutcome> CommitAsync(Realm realm, TicketChange change, CancellationToken cancellation)
    {
        var db = request.Value;
        await using var transaction = change.Redeemed is null ? null : await db.Database.BeginTransactionAsync(cancellation);
        if (change.Redeemed is { } ticket)
        {
            // Written as it was found: whoever ends the grant at this moment waits for this, or has ended it already.
            if (ticket.AuthorizationId is { } grant
                && await db.Grants.Where(row => row.Id == grant && row.Status == Statuses.Valid)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, Statuses.Valid), cancellation) == 0)
            {
                return TicketOutcome.GrantEnded;
            }

            var redeemed = await db.Tokens.Where(row => row.Id == ticket.Id && row.Status == Statuses.Valid).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, Statuses.Redeemed)
                    .SetProperty(row => row.RedemptionDate, ticket.RedemptionDate)
                    .SetProperty(row => row.ConcurrencyToken, ticket.ConcurrencyToken),
                cancellation);
            if (redeemed == 0 && change.Once)
            {
                return TicketOutcome.UsedMeanwhile;
            }
        }

        db.Tokens.AddRange(change.Issued);
        db.Audit.AddRange(change.Audit);
        await db.SaveChangesAsync(cancellation);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return TicketOutcome.Committed;
    }
}
