using System.Net;
using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

public sealed class PromotionOnSqlite(SqliteCell cell) : PromotionTests(cell), IClassFixture<SqliteCell>;

public sealed class PromotionOnPostgres(PostgresCell cell) : PromotionTests(cell), IClassFixture<PostgresCell>;

/// <summary>Members of a shared tenant are forked into its own realm: the same people, from then on with two accounts.</summary>
public abstract class PromotionTests(CellFixture cell) : CellTests(cell)
{
    private const string Password = "a password of one's own";

    [Fact]
    public async Task Members_have_the_same_sub_and_password_in_the_new_realm_and_nobody_else_is_there()
    {
        var (shared, hooli, own) = await PromotableAsync("hooli");
        var initech = await shared.AddTenantAsync("initech");
        var sam = await shared.AddMemberAsync(hooli, "sam@example.com", Password, "Sam");
        var off = await shared.AddMemberAsync(hooli, "off@example.com", Password);
        (await shared.ChangeMemberAsync(hooli, off.Sub, new AccountChange(Enabled: false))).EnsureSuccessStatusCode();
        await shared.AddMemberAsync(initech, "peter@example.com", Password);
        var before = await shared.People.TokensAsync((await shared.People.SignInAsync("sam@example.com", Password))!, ("tenant", "hooli"));

        Assert.Equal(2, (await ForkAsync(own, shared)).Accounts);
        Assert.Equal(2, (await ForkAsync(own, shared)).Accounts);

        var there = Tokens.Claims((await own.TokensAsync("sam@example.com", Password)).Id!);
        Assert.Equal(sam.Sub.ToString(), there.GetProperty("sub").GetString());
        Assert.Equal("Sam", there.GetProperty("name").GetString());
        Assert.Equal(hooli.ToString(), there.GetProperty("tenant_id").GetString());
        Assert.Null(await own.SignInAsync("off@example.com", Password));
        Assert.Null(await own.SignInAsync("peter@example.com", Password));
        using var refreshed = await shared.People.RefreshAsync(before.Refresh!);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);

        // Two accounts from now on.
        (await own.ChangeAccountAsync(sam.Sub, new AccountChange(Password: "another password"))).EnsureSuccessStatusCode();
        Assert.NotNull(await shared.People.SignInAsync("sam@example.com", Password));
    }

    [Fact]
    public async Task Nobody_forks_what_is_not_the_tenants()
    {
        var (shared, hooli, _) = await PromotableAsync("hooli");
        await shared.AddMemberAsync(hooli, "sam@example.com", Password);
        Assert.Equal(1, (await ForkAsync(Acme, shared)).Accounts); // ada, who was there: acme has no members in the shared realm
        using var stolen = await CallAsync(Acme, shared, tokenOf: hooli);
        Assert.Equal(HttpStatusCode.NotFound, stolen.StatusCode);
        using var fromOwned = await Cell.CallAsync(HttpMethod.Post, $"/cell/realms/{Acme.Realm}/fork", Body(Globex.Realm), ServicePurpose.Promote, Acme.Id);
        Assert.Equal(HttpStatusCode.NotFound, fromOwned.StatusCode);
        using var intoShared = await Cell.CallAsync(HttpMethod.Post, $"/cell/realms/{shared.People.Realm}/fork", Body(shared.People.Realm), ServicePurpose.Promote, hooli);
        Assert.Equal(HttpStatusCode.NotFound, intoShared.StatusCode);
        using var otherPurpose = await Cell.CallAsync(HttpMethod.Post, $"/cell/realms/{Acme.Realm}/fork", Body(shared.People.Realm), ServicePurpose.Accounts, Acme.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, otherPurpose.StatusCode);
    }

    private async Task<(SharedRealm Shared, TenantId Tenant, CellTenant Own)> PromotableAsync(string slug)
    {
        var shared = await SharedRealm.MakeAsync(Cell, $"team{Guid.NewGuid():N}"[..12]);
        var tenant = await shared.AddTenantAsync(slug);
        return (shared, tenant, await Cell.AddTenantAsync($"{slug}{Guid.NewGuid():N}"[..16], inPool: shared.People.Pool, id: tenant));
    }

    private async Task<Forked> ForkAsync(CellTenant into, SharedRealm from)
    {
        using var response = await CallAsync(into, from, into.Id);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), WireJson.Default.Forked)!;
    }

    private Task<HttpResponseMessage> CallAsync(CellTenant into, SharedRealm from, TenantId tokenOf) =>
        Cell.CallAsync(HttpMethod.Post, $"/cell/realms/{into.Realm}/fork", Body(from.People.Realm), ServicePurpose.Promote, tokenOf);

    private static byte[] Body(RealmId from) => JsonSerializer.SerializeToUtf8Bytes(new ForkSpec(from), WireJson.Default.ForkSpec);
}
