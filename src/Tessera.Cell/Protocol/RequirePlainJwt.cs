using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Protocol;

/// <summary>Refuses what is no plain JWT before anything else looks at it; see <see cref="PlainJwt"/>.</summary>
internal sealed class RequirePlainJwt : IOpenIddictServerHandler<ValidateTokenContext>
{
    private static readonly string[] Signed = [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.IdentityToken, TokenTypeIdentifiers.Private.ClientAssertion];

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (PlainJwt.Fault(context.Token, signedOnly: context.ValidTokenTypes.Count > 0 && context.ValidTokenTypes.All(Signed.Contains)) is { } fault)
        {
            context.Reject(ErrorFor(context.ValidTokenTypes), fault);
        }

        return default;
    }

    private static string ErrorFor(HashSet<string> types) => types.Count != 1 ? Errors.InvalidToken : types.Single() switch
    {
        TokenTypeIdentifiers.Private.ClientAssertion => Errors.InvalidClient,
        TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken => Errors.InvalidToken,
        _ => Errors.InvalidGrant,
    };
}
