using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Tessera.Cell.Clients;
using Tessera.Cell.Keys;
using Tessera.Cell.Realms;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Protocol;

/// <summary>Access and id tokens are signed with the pool's key; codes and refresh tokens are sealed with the realm's own.</summary>
internal sealed class AttachRealmKeys(RealmScope scope, ClientLookup clients) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)
        {
            var client = await clients.GetAsync(context.ClientId, context.CancellationToken);
            context.SigningCredentials = scope.Realm.Pool.SignerFor(client.SigningAlgorithm);
            context.EncryptionCredentials = null;
        }
        else
        {
            context.SigningCredentials = scope.Realm.Tickets.Signing;
            context.EncryptionCredentials = scope.Realm.Tickets.Encryption;
        }
    }
}

/// <summary>The last word before signing: no token leaves under a key that is not this realm's.</summary>
internal sealed class RequireRealmKeys(RealmScope scope) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var key = context.SigningCredentials?.Key;
        return key is not null && (key == scope.Realm.Tickets.Signing.Key || scope.Realm.Pool.VerificationKeys.Contains(key))
            ? default
            : throw new InvalidOperationException("A token was about to be signed with a key that is not the realm's.");
    }
}

/// <summary>What comes back is read with the realm's keys and issuer alone.</summary>
internal sealed class ValidateByRealmKeys(RealmScope scope, TimeProvider time) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.HmacSha256, "dir", SecurityAlgorithms.Aes256CbcHmacSha512,
    ];

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
        {
            return default; // made by a client, and read with its keys: ReadClientAssertion
        }

        var realm = scope.Realm;
        var parameters = context.TokenValidationParameters;
        parameters.ValidateIssuer = true;
        parameters.ValidIssuer = realm.Issuer.AbsoluteUri;
        parameters.ValidIssuers = [realm.Issuer.AbsoluteUri];
        parameters.IssuerSigningKeys = null;
        parameters.IssuerSigningKeyResolver = (_, _, kid, _) => KeysFor(realm, kid, time.GetUtcNow());
        parameters.TokenDecryptionKeys = [realm.Tickets.Encryption.Key];
        parameters.TokenDecryptionKeyResolver = null;
        parameters.TryAllIssuerSigningKeys = false;
        parameters.ValidAlgorithms = Algorithms;
        return default;
    }

    // A ticket's key never verifies an open token, nor the other way round: the kid picks, and HMAC keys verify no ECDSA.
    private static IEnumerable<SecurityKey> KeysFor(Realm realm, string? kid, DateTimeOffset now) => kid == TicketKeys.SigningKeyId
        ? [realm.Tickets.Signing.Key]
        : realm.Pool.VerificationKeys.Concat(FormerKey.Good(realm.FormerKeys, now).Select(former => former.Key)).Where(key => key.KeyId == kid);
}
