using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.RequestedClaims;

/// <summary>Refuses a <c>claims</c> parameter that is none, and an essential <c>acr</c> that nobody can have here.</summary>
internal sealed class CheckClaims : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    private const string Malformed = "The claims parameter is not the JSON object OpenID Connect Core describes in section 5.5, or is longer than 4 KiB.";
    private const string Unmet = "No sign-in here has the essential acr that was asked for.";

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (Fault(ClaimsRequest.Read(context.Request)) is { } fault)
        {
            context.Reject(fault.Error, fault.Description);
        }

        return default;
    }

    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        if (Fault(ClaimsRequest.Read(context.Request)) is { } fault)
        {
            context.Reject(fault.Error, fault.Description);
        }

        return default;
    }

    // unmet_authentication_requirements: OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
    private static (string Error, string Description)? Fault(ClaimsRequest? request) =>
        request is null ? (Errors.InvalidRequest, Malformed)
        : !request.AcrIsMet ? ("unmet_authentication_requirements", Unmet)
        : null;
}
