using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using Tessera.Cell.Store;
using Tessera.Contracts.Keys;
using Tessera.SystemTests.Isolation.Matrix;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>A new kind of ticket cannot stay out of the matrix: whatever could be one is listed by the code and must be said here.</summary>
[Collection(DemoCollection.Name)]
public sealed class TicketKindTests(Demo demo)
{
    private static readonly Dictionary<string, TicketKind[]> OfRows = new()
    {
        [nameof(AccountRow)] = [TicketKind.Password],
        [nameof(SessionRow)] = [TicketKind.SessionCookie],
        [nameof(ClientRow)] = [TicketKind.ClientSecret, TicketKind.ClientAssertion, TicketKind.MachineToken],
        [nameof(TokenRow)] = [TicketKind.AuthorizationCode, TicketKind.RefreshToken, TicketKind.PushedRequest, TicketKind.DeviceCode, TicketKind.UserCode],
        [nameof(GrantRow)] = [TicketKind.AccessToken, TicketKind.IdToken],
        [nameof(RealmRow)] = [],
        [nameof(AuditRow)] = [],
        [nameof(ScopeRow)] = [],
        [nameof(SpentAssertionRow)] = [],
        [nameof(LogoutNoticeRow)] = [],
        [nameof(RevocationNoticeRow)] = [],
        [nameof(MoveRow)] = [],
        [nameof(LedgerTableRow)] = [], // what a move compares: keys and sums of rows, never their tokens
        [nameof(LedgerEntryRow)] = [],
        [nameof(LedgerChangeRow)] = [],
        [nameof(FormerKeyRow)] = [],
        [nameof(SharedTenantRow)] = [],
        [nameof(MembershipRow)] = [TicketKind.AccessToken, TicketKind.RefreshToken], // SharedTenantTests looks at those of one realm
        [nameof(ClientGrantRow)] = [TicketKind.MachineToken],
    };

    [Fact]
    public void Every_row_a_realm_owns_says_which_tickets_it_stands_for()
    {
        var rows = typeof(CellDb).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IRealmOwned)));
        Assert.Equal(rows.Select(type => type.Name).Order(StringComparer.Ordinal), OfRows.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_way_to_ask_for_a_token_and_every_purpose_of_a_service_token_is_tried()
    {
        await using var cell = Tessera.Cell.CellApp.Build((await HostSettings.ReadAsync(demo)).Cell);
        var options = cell.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"], options.GrantTypes.Order(StringComparer.Ordinal));
        Assert.Equal([ServicePurpose.Provision, ServicePurpose.Accounts, ServicePurpose.Promote, ServicePurpose.Import, ServicePurpose.Move], Enum.GetValues<ServicePurpose>());
    }
}
