using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Clients;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Resources;

/// <summary>
/// <c>resource</c> (RFC 8707): each must be one of the client's audiences, and with a code, refresh token or device code one
/// of those that were granted. Ours instead of OpenIddict's, whose resources are one list for the whole server.
/// </summary>
internal sealed class CheckResources(ClientLookup clients) :
    IOpenIddictServerHandler<ValidateAuthorizationRequestContext>,
    IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>,
    IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    private const string Refusal = "A resource that was asked for is not one of the client's audiences, or was not granted.";

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (!await IsFineAsync(context.Request, context.ClientId, null, context.CancellationToken))
        {
            context.Reject(Errors.InvalidTarget, Refusal);
        }
    }

    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        if (!await IsFineAsync(context.Request, context.ClientId, null, context.CancellationToken))
        {
            context.Reject(Errors.InvalidTarget, Refusal);
        }
    }

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var ticket = context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal ?? context.DeviceCodePrincipal;
        if (!await IsFineAsync(context.Request, context.ClientId, ticket?.GetResources(), context.CancellationToken))
        {
            context.Reject(Errors.InvalidTarget, Refusal);
        }
    }

    private async Task<bool> IsFineAsync(OpenIddictRequest request, string? clientId, IEnumerable<string>? granted, CancellationToken cancellation)
    {
        if (request.GetResources() is not { IsDefaultOrEmpty: false } asked)
        {
            return true;
        }

        var allowed = TokenPrincipal.AudiencesOf(await clients.GetAsync(clientId, cancellation));
        return asked.All(resource => allowed.Contains(resource, StringComparer.Ordinal) && granted?.Contains(resource, StringComparer.Ordinal) != false);
    }
}
