using OpenIddict.Server;
using Tessera.Cell.Audit;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>
/// No token without its committed audit row. The row was added to the same context as the tokens, so it usually went
/// with them; whatever has not, goes now, and if it cannot, neither does the answer.
/// </summary>
internal sealed class CommitAudit(AuditTrail audit) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context) => await audit.CommitAsync(context.CancellationToken);
}
