using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using Tessera.Cell.Authorize;
using Tessera.Cell.Store;

namespace Tessera.Cell.Tokens.Store;

/// <summary>
/// OpenIddict's token store over the request's <see cref="TicketWork"/>: one read for a ticket and all that hangs on it,
/// one write for all that is issued. What is rare goes to the store below. Where a family is ended its grant is too:
/// OpenIddict revokes row by row, which does not reach access tokens, as they have no row.
/// </summary>
internal sealed class TokenStore(
    IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options, TicketWork work, Lazy<GrantBook> grants)
    : OpenIddictEntityFrameworkCoreTokenStore<TokenRow, ClientRow, GrantRow, Guid>(cache, context, options)
{
    public override async ValueTask<TokenRow?> FindByReferenceIdAsync(string identifier, CancellationToken cancellationToken) =>
        await work.FindAsync(identifier, cancellationToken);

    public override ValueTask<TokenRow?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        Guid.TryParse(identifier, out var id) && work.KnownToken(id) is { } known ? new(known) : base.FindByIdAsync(identifier, cancellationToken);

    public override ValueTask CreateAsync(TokenRow token, CancellationToken cancellationToken)
    {
        if (!work.IsIssuing)
        {
            return base.CreateAsync(token, cancellationToken);
        }

        work.Issue(token);
        return default;
    }

    public override ValueTask UpdateAsync(TokenRow token, CancellationToken cancellationToken) =>
        work.Keep(token) ? default : base.UpdateAsync(token, cancellationToken);

    public override async ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken)
    {
        await grants.Value.EndAsync(identifier, cancellationToken);
        return await base.RevokeByAuthorizationIdAsync(identifier, cancellationToken);
    }

    public override ValueTask SetApplicationIdAsync(TokenRow token, string? identifier, CancellationToken cancellationToken)
    {
        token.ApplicationId = identifier is null ? null : Guid.Parse(identifier);
        return default;
    }

    public override ValueTask SetAuthorizationIdAsync(TokenRow token, string? identifier, CancellationToken cancellationToken)
    {
        token.AuthorizationId = identifier is null ? null : Guid.Parse(identifier);
        return default;
    }

    public override ValueTask<string?> GetApplicationIdAsync(TokenRow token, CancellationToken cancellationToken) => new(token.ApplicationId?.ToString());

    public override ValueTask<string?> GetAuthorizationIdAsync(TokenRow token, CancellationToken cancellationToken) => new(token.AuthorizationId?.ToString());
}
