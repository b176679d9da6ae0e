using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Tessera.Cell.Authorize;
using Tessera.Cell.Memberships;
using Tessera.Cell.Pages;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Device;

/// <summary>The last question: whether the device that waits may act for whoever is signed in, and in a shared realm for which tenant.</summary>
internal sealed class DeviceDecision(TenantChooser tenants, PlaceLookup places, GrantBook grants, CellDb db, RealmScope scope)
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public async Task<IResult> MakeAsync(HttpContext http, OpenIddictRequest request, UserCode code, SignedIn signedIn)
    {
        var waiting = (await http.AuthenticateAsync(Scheme)).Principal;
        var decision = HttpMethods.IsPost(http.Request.Method) ? (string?)request.GetParameter("decision") : null;
        if (waiting is null || decision is not ("allow" or "deny"))
        {
            return await ConfirmAsync(code, signedIn, http.RequestAborted);
        }

        if (decision == "deny")
        {
            return Refuse("You did not let the device in. You can close this page.");
        }

        switch (await tenants.ChooseAsync((string?)request[TenantChooser.Parameter], request, signedIn, hint: null, http.RequestAborted))
        {
            case TenantChoice.Made { Place: var place }:
                var scopes = waiting.GetScopes();
                var person = new Person(signedIn.Account, scope.Tenant, place?.Membership);
                var principal = TokenPrincipal.ForPerson(person, signedIn.Session, code.Client, scopes);
                var grant = grants.Open(signedIn, person, code.Client, scopes);
                await PutUnderAsync(grant, waiting, http.RequestAborted);
                principal.SetAuthorizationId(grant);
                return Results.SignIn(principal, new AuthenticationProperties { RedirectUri = DevicePage.Done }, Scheme);
            case TenantChoice.Open:
                return await ConfirmAsync(code, signedIn, http.RequestAborted);
            default:
                return Refuse("Your account has no place where the device could act for you. You can close this page.");
        }
    }

    // What the device holds belongs to the grant, so that whatever ends that ends this too. The protocol reads it from the
    // row and not from the ticket, and saves the row when it lets the device in.
    private async Task PutUnderAsync(string grant, ClaimsPrincipal waiting, CancellationToken cancellation)
    {
        var device = Guid.Parse(waiting.GetClaim(Claims.Private.DeviceCodeId)!);
        var row = await db.Tokens.AsTracking().SingleAsync(token => token.Id == device, cancellation);
        row.AuthorizationId = Guid.Parse(grant);
    }

    private static IResult Refuse(string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.AccessDenied,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [Scheme]);

    private async Task<IResult> ConfirmAsync(UserCode code, SignedIn signedIn, CancellationToken cancellation)
    {
        var tenants = await TenantsAsync(signedIn, cancellation);
        return Page.Show(scope.Realm, "Let a device in", Html.Of($"""
            <h1>Let {code.Client.DisplayName} in on another device?</h1>
            <p>It shows the code <strong>{code.Code}</strong> and would act for you, {signedIn.Account.Name ?? signedIn.Account.Username}. Allow it only if you have this device before you and began this yourself.</p>
            <form method="post" action="{ProtocolPaths.Device}">
              <input type="hidden" name="user_code" value="{code.Code}">
              {tenants}
              <button type="submit" name="decision" value="allow">Allow</button>
              <button type="submit" name="decision" value="deny">Do not allow</button>
            </form>
            """));
    }

    private async Task<Html> TenantsAsync(SignedIn signedIn, CancellationToken cancellation)
    {
        if (!scope.Realm.IsShared)
        {
            return Html.Empty;
        }

        var options = (await places.ListAsync(signedIn.Account.Sub, cancellation)).Select(place =>
            Html.Of($"""<option value="{place.Tenant.Slug}">{place.Tenant.DisplayName}</option>"""));
        return Html.Of($"""<label for="tenant">Where it may act</label><select id="tenant" name="tenant">{Html.Join(options)}</select>""");
    }
}
