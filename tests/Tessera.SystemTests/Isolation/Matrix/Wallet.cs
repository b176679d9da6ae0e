using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>One of every kind of ticket, all of one tenant, and all good at home.</summary>
internal sealed class Wallet
{
    private readonly Demo _demo;
    private readonly Dictionary<TicketKind, Ticket> _tickets = [];

    private Wallet(Demo demo, Party owner) => (_demo, Owner) = (demo, owner);

    public Party Owner { get; }

    public Ticket this[TicketKind kind] => _tickets[kind];

    public long OrderId { get; private set; }

    public ProtocolTickets Protocol { get; private set; } = null!;

    public static async Task<Wallet> FillAsync(Demo demo, Party owner, ServiceTokens services)
    {
        var wallet = new Wallet(demo, owner);
        var tokens = await owner.TokensAsync(demo.Visitor);
        wallet.Put(TicketKind.AccessToken, tokens.Access);
        wallet.Put(TicketKind.IdToken, tokens.Id);
        wallet.Put(TicketKind.RefreshToken, tokens.Refresh);
        wallet.Put(TicketKind.SessionCookie, tokens.Cookie.Split('=', 2)[1]);
        wallet.Put(TicketKind.Password, owner.User.Password);
        wallet.Put(TicketKind.MachineToken, await owner.MachineTokenAsync(demo.Visitor));
        wallet.Put(TicketKind.ClientSecret, owner.Tenant.MachineClientSecret);
        foreach (var kind in Enum.GetValues<TicketKind>().Where(kind => kind.ToString().StartsWith("ServiceToken", StringComparison.Ordinal)))
        {
            wallet._tickets[kind] = services.Make(kind, owner);
        }

        wallet.Protocol = await ProtocolTickets.MakeAsync(demo, owner);
        wallet._tickets[TicketKind.ClientAssertion] = new Ticket(TicketKind.ClientAssertion, owner, wallet.Protocol.SignFor(owner.Issuer), (aim, _) => wallet.Protocol.SignFor(aim.Victim.Issuer));
        wallet.Put(TicketKind.AdminKey, (await new Admin(demo).RestrictedKeyAsync(owner, $"only {owner.Slug}")).Key);
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "up.json")));
        wallet.Put(TicketKind.FeedKey, state.RootElement.GetProperty("feedKey").GetString()!);
        wallet.Put(TicketKind.UsedJoinToken, state.RootElement.GetProperty("joinTokens").GetProperty(owner.Cell.CellId).GetString()!);
        await wallet.RenewCodeAsync();
        wallet.OrderId = await wallet.OwnOrderAsync();
        return wallet;
    }

    /// <summary>Codes live a minute, or ten; each pair of tenants begins with a fresh one.</summary>
    public async Task RenewCodeAsync()
    {
        Put(TicketKind.AuthorizationCode, await _demo.Visitor.CodeAsync(Owner.Tenant, Cookie) ?? throw new InvalidOperationException($"The session of {Owner} is gone."));
        Put(TicketKind.PushedRequest, await Protocol.PushAsync());
        Put(TicketKind.DeviceCode, (await Protocol.BeginAsync(Cookie)).Device);
        Put(TicketKind.UserCode, (await Protocol.BeginAsync(allowedBy: null)).User);
    }

    public string Cookie => $"tessera={this[TicketKind.SessionCookie].Value}";

    public void Put(TicketKind kind, string value) => _tickets[kind] = new Ticket(kind, Owner, value);

    private async Task<long> OwnOrderAsync()
    {
        using var response = await _demo.Visitor.GetAsync($"{_demo.File.OrdersApi}/orders", bearer: this[TicketKind.MachineToken].Value);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("orders")[0].GetProperty("id").GetInt64();
    }
}
