using System.Net;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

/// <summary>A service token is good for its own tenant's realm, as the cell knows it and not as the path has it.</summary>
public sealed class ServiceDoorTests(SqliteCell cell) : CellTests(cell), IClassFixture<SqliteCell>
{
    [Theory]
    [InlineData("GET", "/accounts")]
    [InlineData("POST", "/accounts")]
    [InlineData("DELETE", "")]
    public async Task A_token_of_one_tenant_opens_no_realm_of_another(string method, string path)
    {
        foreach (var tenant in new TenantId?[] { Globex.Id, TenantId.New(), null })
        {
            using var response = await Cell.CallAsync(new HttpMethod(method), $"/cell/realms/{Acme.Realm}{path}", "{}"u8.ToArray(), method == "DELETE" ? ServicePurpose.Provision : ServicePurpose.Accounts, tenant);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.NotNull(await Acme.SignInAsync(Ada, AcmePassword));
    }

    [Fact]
    public async Task A_realm_of_its_own_has_no_members_of_any_tenant()
    {
        using var response = await Cell.CallAsync(HttpMethod.Get, $"/cell/realms/{Acme.Realm}/tenants/{Acme.Id}/members", [], ServicePurpose.Accounts, Acme.Id);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_token_of_one_shared_tenant_reaches_no_members_of_another()
    {
        var shared = await SharedRealm.MakeAsync(Cell, "guarded");
        var (initech, hooli) = (await shared.AddTenantAsync("initech"), await shared.AddTenantAsync("hooli"));
        await shared.AddMemberAsync(hooli, "gavin@example.com");
        using var foreign = await Cell.CallAsync(HttpMethod.Get, $"/cell/realms/{shared.People.Realm}/tenants/{hooli}/members", [], ServicePurpose.Accounts, initech);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var whole = await Cell.CallAsync(HttpMethod.Get, $"/cell/realms/{shared.People.Realm}/accounts", [], ServicePurpose.Accounts, initech);
        Assert.Equal(HttpStatusCode.NotFound, whole.StatusCode);
        using var own = await Cell.CallAsync(HttpMethod.Get, $"/cell/realms/{shared.People.Realm}/tenants/{hooli}/members", [], ServicePurpose.Accounts, hooli);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_tenant_is_never_changed_by_what_is_put_where_its_realm_is()
    {
        var spec = new RealmSpec(Acme.Realm, Acme.Pool, "Taken over", Acme.SignInAuthority, TenantState.Active, 1, Globex.Id);
        using var response = await Cell.CallAsync(HttpMethod.Put, $"/cell/realms/{Acme.Realm}", spec, WireJson.Default.RealmSpec, ServicePurpose.Provision, Globex.Id);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        using var claimed = await Cell.CallAsync(HttpMethod.Put, $"/cell/realms/{Acme.Realm}", spec, WireJson.Default.RealmSpec, ServicePurpose.Provision, Acme.Id);
        Assert.Equal(HttpStatusCode.NotFound, claimed.StatusCode);
        Assert.Equal(Acme.Id.ToString(), Tokens.Claims((await Acme.TokensAsync(Ada, AcmePassword)).Access).GetProperty("tenant_id").GetString());
    }
}
