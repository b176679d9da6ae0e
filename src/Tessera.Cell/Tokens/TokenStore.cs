using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore;
using Tessera.Cell.Store;

namespace Tessera.Cell.Tokens;

/// <summary>OpenIddict's token store, with foreign keys set directly: one statement where it would first fetch the other row.</summary>
internal sealed class TokenStore(IMemoryCache cache, IOpenIddictEntityFrameworkCoreContext context, IOptionsMonitor<OpenIddictEntityFrameworkCoreOptions> options)
    : OpenIddictEntityFrameworkCoreTokenStore<TokenRow, ClientRow, GrantRow, Guid>(cache, context, options)
{
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
