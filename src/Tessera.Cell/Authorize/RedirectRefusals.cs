using OpenIddict.Server;
using Tessera.Cell.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Authorize;

/// <summary>
/// What is wrong with an authorization request is told to its application (RFC 6749, section 4.1.2.1), unless that is the
/// client or the redirect URI itself: then the person is told, and nobody is sent anywhere. OpenIddict shows every such
/// fault, because it looks at the redirect URI late.
/// </summary>
internal sealed class RedirectRefusals(ClientLookup clients) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.RedirectUri is null
            && context.Response.Error is not null
            && context.Request is { RedirectUri: { Length: > 0 } uri } request
            && await clients.FindAsync(request.ClientId, context.CancellationToken) is { } client
            && await clients.HasRedirectUriAsync(client, uri, context.CancellationToken))
        {
            context.RedirectUri = uri;
        }
    }
}

/// <summary>Refusals go the way every answer goes, whatever response type or mode was asked for: in the query.</summary>
internal sealed class AnswerInQuery : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.RedirectUri is not null)
        {
            context.ResponseMode = ResponseModes.Query;
        }

        return default;
    }
}
