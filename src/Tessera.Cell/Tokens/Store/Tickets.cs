using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using Tessera.Cell.Store;
using Microsoft.Extensions.Options;

namespace Tessera.Cell.Tokens.Store;

/// <summary>
/// OpenIddict's token manager without its look-up whether a ticket's 256 random bits are taken: the table's unique index
/// says so when the ticket is written.
/// </summary>
internal sealed class Tickets(
    IOpenIddictTokenCache<TokenRow> cache,
    ILogger<OpenIddictTokenManager<TokenRow>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictTokenStore<TokenRow> store) : OpenIddictTokenManager<TokenRow>(cache, logger, options, store)
{
    public override async IAsyncEnumerable<ValidationResult> ValidateAsync(TokenRow token, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(token.Type) || string.IsNullOrEmpty(token.Status))
        {
            yield return new ValidationResult("A ticket has a type and a status.");
        }

        await ValueTask.CompletedTask;
    }
}
