using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens.Store;

/// <summary>From here on what is issued is gathered, to be committed by <see cref="CommitTickets"/>.</summary>
internal sealed class GatherTickets(TicketWork work) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.EndUserVerification) // there the user code is used up before the device is let in
        {
            work.BeginIssue();
        }

        return default;
    }
}

/// <summary>
/// No token without its committed audit row: the ticket that was handed in is redeemed, the new ones and the audit row are
/// written, in one transaction; and if they cannot be, there is no answer either.
/// </summary>
internal sealed class CommitTickets(TicketWork work) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        switch (await work.CommitAsync(context.CancellationToken))
        {
            case TicketOutcome.GrantEnded:
                context.Reject(Errors.InvalidGrant, "What this was granted for has ended.");
                break;
            case TicketOutcome.UsedMeanwhile:
                context.Reject(Errors.InvalidGrant, "The code has been used.");
                break;
        }
    }
}
