using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>
/// What each kind of ticket is good for at its own tenant. Asked before and after every attack: a matrix of dead tickets
/// would prove nothing, and one that died on the way was accepted somewhere (revoked, redeemed, signed out).
/// </summary>
internal sealed class AtHome(Demo demo)
{
    private readonly Visitor _visitor = demo.Visitor;

    /// <summary>Shows every ticket at home; the kinds that were not accepted. A kind that nothing is said of throws.</summary>
    public async Task<IReadOnlyList<TicketKind>> RefusedAsync(Wallet wallet)
    {
        var refused = new List<TicketKind>();
        foreach (var kind in Enum.GetValues<TicketKind>())
        {
            if (!await IsGoodAsync(kind, wallet))
            {
                refused.Add(kind);
            }
        }

        return refused;
    }

    private async Task<bool> IsGoodAsync(TicketKind kind, Wallet wallet)
    {
        var (owner, value) = (wallet.Owner, wallet[kind].Value);
        switch (kind)
        {
            case TicketKind.AccessToken:
                return await GoodAsync(_visitor.GetAsync($"{owner.Issuer}/oauth2/userInfo", bearer: value)) && await OrdersAsync(value);
            case TicketKind.IdToken:
                return await SignsOutAsync(owner, value);
            case TicketKind.RefreshToken:
                return await RefreshAsync(wallet);
            case TicketKind.AuthorizationCode:
                return await GoodAsync(_visitor.RedeemAsync(owner.AuthHost, owner.Tenant, value));
            case TicketKind.SessionCookie:
                return await _visitor.CodeAsync(owner.Tenant, wallet.Cookie) is not null;
            case TicketKind.Password:
                return await _visitor.SignInAsync(owner.Tenant, owner.User.Username, value) is not null;
            case TicketKind.MachineToken:
                return await OrdersAsync(value);
            case TicketKind.ClientSecret:
                return await GoodAsync(_visitor.PostAsync($"{owner.Issuer}/oauth2/token", owner.MachineForm()));
            case TicketKind.PushedRequest:
                return await LeadsToSignInAsync(owner, value);
            case TicketKind.DeviceCode:
                return await GoodAsync(wallet.Protocol.PollAsync(value));
            case TicketKind.UserCode:
                return await GoodAsync(wallet.Protocol.AtDeviceAsync("GET", value, wallet.Cookie));
            case TicketKind.ClientAssertion:
                return await GoodAsync(wallet.Protocol.ProveAsync());
            case TicketKind.ServiceTokenOfTenant:
                return await GoodAsync(_visitor.GetAsync($"{owner.Cell.Endpoint}/cell/realms/{owner.Tenant.Realm}/accounts", bearer: Fresh(wallet)));
            case TicketKind.AdminKey:
                return await GoodAsync(_visitor.GetAsync($"{demo.File.AdminApi}/tenants/{owner.Tenant.TenantId}", bearer: value));
            case TicketKind.FeedKey:
                return await GoodAsync(_visitor.GetAsync($"{demo.File.AdminApi}/feed", bearer: value));
            case TicketKind.ServiceTokenForOtherCell or TicketKind.ServiceTokenForOtherPurpose or TicketKind.ServiceTokenForOtherRequest:
                return true; // The same key and code as above; each is wrong in one thing, wherever it is shown.
            case TicketKind.ServiceTokenOfStranger or TicketKind.UsedJoinToken:
                return true; // Good nowhere, and meant to be.
            default:
                throw new InvalidOperationException($"Nothing says what a {kind} is good for at home.");
        }
    }

    private async Task<bool> LeadsToSignInAsync(Party owner, string reference)
    {
        using var response = await _visitor.GetAsync($"{owner.Tenant.SignInHost}/oauth2/authorize?client_id={owner.Tenant.ClientId}&request_uri={Uri.EscapeDataString(reference)}");
        return response.Headers.Location?.OriginalString.StartsWith("/login?", StringComparison.Ordinal) == true;
    }

    // As a hint it ends a session of its account at once; without one the person would be asked.
    private async Task<bool> SignsOutAsync(Party owner, string idToken)
    {
        var session = await _visitor.SignInAsync(owner.Tenant, owner.User.Username, owner.User.Password);
        using var unproved = await _visitor.GetAsync($"{owner.Tenant.SignInHost}/logout", session);
        using var proved = await _visitor.GetAsync($"{owner.Tenant.SignInHost}/logout?id_token_hint={idToken}", session);
        return (unproved.StatusCode, proved.StatusCode) == (HttpStatusCode.OK, HttpStatusCode.Found);
    }

    private static string Fresh(Wallet wallet)
    {
        var ticket = wallet[TicketKind.ServiceTokenOfTenant];
        var list = new Attempt("GET", $"/cell/realms/{wallet.Owner.Tenant.Realm}/accounts");
        return ticket.BearerFor(new Aim(new Surface("cell", "GET", list.Path), wallet.Owner, wallet.Owner, ticket, "", 0), list);
    }

    // Rotates, so the wallet gets the new one.
    private async Task<bool> RefreshAsync(Wallet wallet)
    {
        using var response = await _visitor.RefreshAsync(wallet.Owner.AuthHost, wallet.Owner.Tenant, wallet[TicketKind.RefreshToken].Value);
        if (response.IsSuccessStatusCode)
        {
            wallet.Put(TicketKind.RefreshToken, (await TokenSet.ReadAsync(response)).Refresh);
        }

        return response.IsSuccessStatusCode;
    }

    private Task<bool> OrdersAsync(string token) => GoodAsync(_visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token));

    private static async Task<bool> GoodAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return response.IsSuccessStatusCode;
    }
}
