using OpenIddict.Abstractions;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Memberships;

/// <summary>For which tenant somebody who is signed in is to be given tokens.</summary>
internal abstract record TenantChoice
{
    private TenantChoice()
    {
    }

    /// <param name="Place">In a shared realm; absent in a tenant's own, where there is nothing to choose.</param>
    public sealed record Made(Place? Place) : TenantChoice;

    /// <summary>There are several, and nothing says which.</summary>
    public sealed record Open : TenantChoice;

    /// <summary>The account has no place where it asks for one. The same for a tenant that is not there.</summary>
    public sealed record Refused : TenantChoice;
}

/// <summary>
/// Chooses the tenant of an authorization request in a shared realm: the one it names, else the one its
/// <c>id_token_hint</c> is of, else the one the session had last, else the only one there is.
/// </summary>
internal sealed class TenantChooser(PlaceLookup places, RealmScope scope)
{
    /// <summary>The parameter that names a tenant, by slug or id.</summary>
    public const string Parameter = "tenant";

    public async Task<TenantChoice> ChooseAsync(OpenIddictRequest request, SignedIn signedIn, System.Security.Claims.ClaimsPrincipal? hint, CancellationToken cancellation)
    {
        if (!scope.Realm.IsShared)
        {
            return new TenantChoice.Made(Place: null);
        }

        if (((string?)request[Parameter] ?? hint?.GetClaim(TokenClaims.TenantId)) is { } named)
        {
            return Made(await places.FindAsync(signedIn.Account.Sub, named, cancellation));
        }

        var all = await places.ListAsync(signedIn.Account.Sub, cancellation);
        var asksAgain = request.HasPromptValue(PromptValues.SelectAccount);
        return all switch
        {
            [] => new TenantChoice.Refused(),
            [var only] when !asksAgain => Made(only),
            _ when !asksAgain && all.FirstOrDefault(place => place.Tenant.TenantId == signedIn.Session.TenantId) is { } last => Made(last),
            _ => new TenantChoice.Open(),
        };
    }

    private TenantChoice Made(Place? place)
    {
        if (place is null)
        {
            return new TenantChoice.Refused();
        }

        scope.Choose(place.Id);
        return new TenantChoice.Made(place);
    }
}
