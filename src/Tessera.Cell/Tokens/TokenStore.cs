using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using Tessera.Cell.Authorize;
using Tessera.Cell.Store;

namespace Tessera.Cell.Tokens;

/// <summary>
/// OpenIddict's token store, with foreign keys set directly (one statement where it would first fetch the other row), and
/// with the grant ended when its family is: OpenIddict revokes the family of a ticket that is used twice row by row, which
/// does not reach access tokens, as they have no row.
/// </summary>
internal sealed class TokenStore(IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options, GrantBook grants)
    : OpenIddictEntityFrameworkCoreTokenStore<TokenRow, ClientRow, GrantRow, Guid>(cache, context, options)
{
    public override async ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken)
    {
        await grants.EndAsync(identifier, cancellationToken);
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
