using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Clients.Assertions;

/// <summary>A client assertion is good once and for ten minutes at most: its <c>jti</c> is written down, and a second one refused.</summary>
internal sealed class SpendClientAssertion(RequestDb request, RealmScope scope, RealmSweeper sweeper, TimeProvider time) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private const int MostLength = 256;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientAssertionPrincipal is not { } assertion)
        {
            return;
        }

        var db = request.Value; // made only where there is an assertion
        var now = time.GetUtcNow();
        if (assertion.GetExpirationDate() is not { } expires || expires > now + Life + Skew)
        {
            context.Reject(Errors.InvalidClient, "The client assertion must expire within ten minutes.");
            return;
        }

        if (assertion.GetClaim(Claims.JwtId) is not { Length: > 0 and <= MostLength } id)
        {
            context.Reject(Errors.InvalidClient, "The client assertion needs a jti of 1 to 256 characters.");
            return;
        }

        var spent = new SpentAssertionRow { ClientId = context.ClientId!, TokenIdHash = SHA256.HashData(Encoding.UTF8.GetBytes(id)), ExpiresAt = expires };
        db.SpentAssertions.Add(spent);
        try
        {
            await db.SaveChangesAsync(context.CancellationToken);
            sweeper.Touch(scope.Realm);
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            db.Entry(spent).State = EntityState.Detached;
            context.Reject(Errors.InvalidClient, "The client assertion was used before.");
        }
    }
}
