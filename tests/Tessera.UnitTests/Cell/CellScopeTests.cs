using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.Cell;

/// <summary>
/// What stands below every request of a cell, where nothing above it would notice: one realm, one tenant, no other's rows
/// and no other's keys.
/// </summary>
public sealed class CellScopeTests(SqliteCell cell) : CellTests(cell), IClassFixture<SqliteCell>
{
    [Fact]
    public async Task A_realm_is_set_once()
    {
        var scope = new RealmScope();
        Assert.Throws<InvalidOperationException>(() => scope.Realm);
        scope.Set(await RealmOfAsync(Acme));
        var globex = await RealmOfAsync(Globex);
        Assert.Throws<InvalidOperationException>(() => scope.Set(globex));
        Assert.Equal(Acme.Realm, scope.Realm.Id);
    }

    [Fact]
    public async Task A_tenant_is_chosen_once()
    {
        var scope = new RealmScope();
        Assert.Throws<InvalidOperationException>(() => scope.Tenant);
        scope.Set(await RealmOfAsync(Acme));
        scope.Choose(Acme.Id);
        Assert.Throws<InvalidOperationException>(() => scope.Choose(TenantId.New()));
        Assert.Equal(Acme.Id, scope.Tenant);
    }

    [Fact]
    public async Task A_row_of_another_realm_is_not_saved()
    {
        var store = Cell.Services.GetRequiredService<CellStore>();
        await using var theirs = store.Open(RowsOf.InRealm(Globex.Realm, epoch: 1));
        var account = await theirs.Accounts.AsNoTracking().FirstAsync(Cancellation);
        await using var mine = store.Open(RowsOf.InRealm(Acme.Realm, epoch: 1));
        account.Enabled = false;
        mine.Accounts.Update(account);
        await Assert.ThrowsAsync<InvalidOperationException>(() => mine.SaveChangesAsync(Cancellation));
        mine.Entry(account).State = EntityState.Deleted;
        await Assert.ThrowsAsync<InvalidOperationException>(() => mine.SaveChangesAsync(Cancellation));
    }

    [Fact]
    public async Task A_row_of_another_tenant_of_a_shared_realm_is_not_saved()
    {
        var shared = await SharedRealm.MakeAsync(Cell, "scoped");
        var (initech, hooli) = (await shared.AddTenantAsync("initech"), await shared.AddTenantAsync("hooli"));
        var sam = await shared.AddMemberAsync(initech, "sam@example.com");
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(shared.People.Realm, epoch: 1));
        db.EnterTenant(initech);
        db.Memberships.Add(new MembershipRow { TenantId = hooli.Value, Sub = sam.Sub, Active = true, JoinedAt = DateTimeOffset.UtcNow });
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Cancellation));
        Assert.Throws<InvalidOperationException>(() => db.EnterTenant(hooli));
    }

    [Fact]
    public async Task No_token_is_signed_with_a_key_that_is_not_the_realms()
    {
        using var foreign = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var scope = new RealmScope();
        scope.Set(await RealmOfAsync(Acme));
        var handler = new RequireRealmKeys(scope);
        var context = new OpenIddictServerEvents.GenerateTokenContext(new OpenIddictServerTransaction { Options = new OpenIddictServerOptions() })
        {
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(foreign), "ES256"),
        };
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await handler.HandleAsync(context));
        context.SigningCredentials = null;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await handler.HandleAsync(context));
        context.SigningCredentials = scope.Realm.Pool.SignerFor("ES256");
        await handler.HandleAsync(context);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<Realm> RealmOfAsync(CellTenant tenant) =>
        await Cell.Services.GetRequiredService<RealmLookup>().FindAsync(tenant.Realm, Cancellation) ?? throw new InvalidOperationException("The cell lost a realm.");
}
