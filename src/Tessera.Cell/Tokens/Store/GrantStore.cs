using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using Tessera.Cell.Store;

namespace Tessera.Cell.Tokens.Store;

/// <summary>OpenIddict's authorization store: a grant that came with its ticket is not read again, foreign keys are set directly.</summary>
internal sealed class GrantStore(IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options, TicketWork work)
    : OpenIddictEntityFrameworkCoreAuthorizationStore<GrantRow, ClientRow, TokenRow, Guid>(cache, context, options)
{
    public override ValueTask<GrantRow?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        Guid.TryParse(identifier, out var id) && work.KnownGrant(id) is { } known ? new(known) : base.FindByIdAsync(identifier, cancellationToken);

    public override ValueTask SetApplicationIdAsync(GrantRow authorization, string? identifier, CancellationToken cancellationToken)
    {
        authorization.ApplicationId = identifier is null ? null : Guid.Parse(identifier);
        return default;
    }

    public override ValueTask<string?> GetApplicationIdAsync(GrantRow authorization, CancellationToken cancellationToken) => new(authorization.ApplicationId?.ToString());
}
