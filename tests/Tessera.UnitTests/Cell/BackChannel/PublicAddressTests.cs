using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.Cell;
using Tessera.Cell.BackChannel;
using Tessera.Cell.Store;

namespace Tessera.UnitTests.Cell.BackChannel;

/// <summary>What a tenant's address cannot make a cell call.</summary>
public sealed class PublicAddressTests(SqliteCell cell) : CellTests(cell), IClassFixture<SqliteCell>
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.8.9.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001:db8::1", false)]
    public void Only_addresses_of_the_public_internet_are_called(string address, bool isPublic)
    {
        Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address), loopbackToo: false));
        var loopback = IPAddress.IsLoopback(IPAddress.Parse(address)) || address == "::ffff:127.0.0.1";
        Assert.Equal(isPublic || loopback, PublicAddress.Is(IPAddress.Parse(address), loopbackToo: true));
    }

    [Fact]
    public async Task Unless_it_is_told_to_a_cell_calls_nothing_on_its_own_machine()
    {
        await using var application = await Application.StartAsync();
        var client = await Cell.AddClientAsync(Acme, draft => draft.BackchannelLogoutUri = application.Uri);
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        using var authorized = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("client_id", client.ClientId.Value))}", cookie);
        Assert.Contains("code", QueryHelpers.ParseQuery(authorized.Headers.Location!.Query).Keys);
        using var out_ = await Acme.PostAsync($"{Acme.SignIn}/logout", new() { ["confirm"] = "yes" }, cookie);
        await Cell.Services.GetRequiredService<LogoutSender>().SendDueAsync(TestContext.Current.CancellationToken);
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.Cell);
        Assert.Equal(1, await db.LogoutQueue.CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, application.Calls);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/backchannel")]
    [InlineData("http://localhost:{0}/backchannel")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/backchannel")]
    [InlineData("http://2130706433:{0}/backchannel")]
    public async Task The_address_is_looked_at_after_the_name_was_resolved(string uri)
    {
        await using var application = await Application.StartAsync();
        using var outside = new OutsideClient(Options.Create(new CellOptions()));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => outside.PostAsync(
            new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, uri, application.Port)), new Dictionary<string, string>(), TestContext.Current.CancellationToken));
        Assert.Equal(0, application.Calls);
    }
}
