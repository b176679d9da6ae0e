using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Clients.Assertions;

/// <summary>
/// How a client assertion is verified (RFC 7523; OpenID Connect Core, section 9): with the keys the client has registered,
/// by ES256 or RS256 alone, for this realm's issuer or token endpoint and nobody else.
/// </summary>
internal sealed class ReadClientAssertion(RealmScope scope, ClientLookup clients) : IOpenIddictServerHandler<ValidateTokenContext>
{
    // OpenIddict's name of the type; most clients say JWT or nothing at all.
    private const string Type = "client-authentication+jwt";
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (!context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
        {
            return;
        }

        var keys = await KeysAsync(context);
        var parameters = context.TokenValidationParameters;
        parameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];
        parameters.ClockSkew = Skew;
        parameters.RequireSignedTokens = true;
        parameters.TryAllIssuerSigningKeys = false;
        parameters.IssuerSigningKeyResolver = (_, _, kid, _) => keys.Where(key => string.IsNullOrEmpty(kid) || key.KeyId is null || key.KeyId == kid);
        parameters.TypeValidator = (type, _, _) => type is null or "" or "JWT" or Type ? Type : throw new SecurityTokenInvalidTypeException("A client assertion of another type.") { InvalidType = type };
        context.ValidAudiences.Add(scope.Realm.Issuer.AbsoluteUri + ProtocolPaths.Token);
        context.ValidAudiences.Add(new Uri(scope.Realm.SignIn, ProtocolPaths.Token).AbsoluteUri);
    }

    // Whose keys: those of the client it says it is of, if this realm has it and it has any.
    private async Task<IList<SecurityKey>> KeysAsync(ValidateTokenContext context)
    {
        JsonWebToken unverified;
        try
        {
            unverified = new JsonWebToken(context.Token);
        }
        catch (ArgumentException)
        {
            return [];
        }

        return await clients.FindAsync(unverified.Issuer, context.CancellationToken) is { JsonWebKeySet: { } set }
            ? new JsonWebKeySet(set).GetSigningKeys()
            : [];
    }
}
