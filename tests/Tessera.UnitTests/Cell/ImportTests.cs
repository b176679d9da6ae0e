using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

public sealed class ImportOnSqlite(SqliteCell cell) : ImportTests(cell), IClassFixture<SqliteCell>;

public sealed class ImportOnPostgres(PostgresCell cell) : ImportTests(cell), IClassFixture<PostgresCell>;

/// <summary>Realms and accounts of many tenants by one request: each in its own realm, each told what came of it.</summary>
public abstract class ImportTests(CellFixture cell) : CellTests(cell)
{
    private const string Password = "abcdefghijklmnopqrstuvwxyz";
    private const string Bcrypt = "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC";
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Accounts_of_two_tenants_sign_in_each_at_its_own()
    {
        var name = NewName();
        Assert.All(await ImportAsync(_key, Of(Acme, new ImportedAccount(name, PasswordHash: Bcrypt)), Of(Globex, new ImportedAccount(name, Password: "globex has another"))), Made);
        Assert.NotNull(await Acme.SignInAsync(name, Password));
        Assert.Null(await Acme.SignInAsync(name, "globex has another"));
        Assert.NotNull(await Globex.SignInAsync(name, "globex has another"));
        Assert.Null(await Globex.SignInAsync(name, Password));
    }

    [Fact]
    public async Task The_same_again_is_present_and_another_import_finds_the_name_taken()
    {
        var user = Of(Acme, new ImportedAccount(NewName(), PasswordHash: Bcrypt));
        Assert.All(await ImportAsync(_key, user), Made);
        Assert.Equal(ImportOutcome.Present, Assert.Single(await ImportAsync(_key, user)).Outcome);
        Assert.Equal("username_taken", Assert.Single(await ImportAsync(Guid.NewGuid().ToString("N"), user)).Code);
    }

    [Fact]
    public async Task Each_bad_account_is_told_with_its_field_and_all_others_are_made()
    {
        var results = await ImportAsync(_key, Of(Acme,
            new(NewName(), PasswordHash: Bcrypt), new("two words"), new(NewName(), Email: "nowhere"), new(NewName(), PasswordHash: Bcrypt.Replace("06", "31", StringComparison.Ordinal)),
            new(NewName(), PasswordHash: "plain"), new(NewName(), Password: "short"), new(NewName(), Password: Password, PasswordHash: Bcrypt), new(Ada), new(NewName())));
        Assert.Equal(
            [null, "username_malformed", "email_malformed", "password_hash_cost", "password_hash_unknown", "password_too_short", "password_and_hash", "username_taken", null],
            results.Select(result => result.Code));
    }

    [Fact]
    public async Task A_realm_of_another_tenant_or_epoch_gets_none_and_the_others_get_theirs()
    {
        var (mine, theirs) = (NewName(), NewName());
        var results = await ImportAsync(
            _key,
            new RealmAccounts(Globex.Realm, Acme.Id, 1, [new(theirs)]),
            new RealmAccounts(Acme.Realm, Acme.Id, 7, [new(mine)]),
            Of(Acme, new ImportedAccount(mine)));
        Assert.Equal(["realm_not_found", "conflict", null], results.Select(result => result.Code));
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(Globex.Realm, 1));
        Assert.False(await db.Accounts.AnyAsync(account => account.Username == theirs));
    }

    [Fact]
    public async Task A_suspended_tenant_gets_none_and_the_others_get_theirs()
    {
        var shut = await Cell.AddTenantAsync($"shut-{Guid.NewGuid():N}"[..20], inPool: Acme.Pool);
        (await Cell.PutRealmAsync(shut, TenantState.Suspended, epoch: 1)).EnsureSuccessStatusCode();
        var results = await ImportAsync(_key, Of(shut, new ImportedAccount(NewName())), Of(Acme, new ImportedAccount(NewName())));
        Assert.Equal(["conflict", null], results.Select(result => result.Code));
    }

    [Fact]
    public async Task Realms_are_founded_together_and_one_whose_host_is_taken_is_told()
    {
        var (good, bad) = (Founding(NewHost()), Founding(Acme.SignInAuthority));
        var import = new RealmImport([Acme.Pool], [good, bad]);
        var answer = await FoundAsync(import);
        Assert.Equal([null, "sign_in_host_taken"], answer.Results.Select(result => result.Code));
        Assert.Equal(ImportOutcome.Present, (await FoundAsync(import)).Results[0].Outcome);
        Assert.All(
            await ImportAsync(_key, new RealmAccounts(good.Realm.RealmId, good.Realm.TenantId!.Value, 1, [new(Ada, PasswordHash: Bcrypt)])), Made);
        var tenant = new CellTenant(Cell, good.Realm.TenantId.Value, Acme.Pool, good.Realm.RealmId, Slug(good.Realm.SignInHost.Split('.')[0]), good.Client);
        Assert.NotNull((await tenant.TokensAsync(Ada, Password)).Refresh);
    }

    [Fact]
    public async Task A_realm_of_another_tenant_is_not_founded_again()
    {
        var founding = Founding(NewHost());
        var stolen = founding with { Realm = founding.Realm with { RealmId = Globex.Realm } };
        Assert.Equal("realm_not_found", Assert.Single((await FoundAsync(new RealmImport([Acme.Pool], [stolen]))).Results).Code);
        Assert.NotNull(await Globex.SignInAsync(Ada, GlobexPassword));
    }

    [Fact]
    public async Task A_large_body_is_read_for_an_import_alone_and_only_with_a_genuine_token()
    {
        var import = new AccountImport(_key, [Of(Acme, [.. Enumerable.Range(0, 400).Select(_ => new ImportedAccount(NewName(), PasswordHash: Bcrypt, Name: new string('x', 200)))])]);
        var body = JsonSerializer.SerializeToUtf8Bytes(import, WireJson.Default.AccountImport);
        Assert.True(body.Length > 100_000);
        await RefusedAsync(HttpStatusCode.Unauthorized, "/cell/import/accounts", body, ServicePurpose.Accounts, null);
        await RefusedAsync(HttpStatusCode.Unauthorized, "/cell/import/accounts", body, ServicePurpose.Import, Acme.Id);
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, $"/cell/realms/{Acme.Realm}/accounts", body, ServicePurpose.Accounts, Acme.Id);
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "/cell/import/accounts", new byte[(4 << 20) + 1], ServicePurpose.Import, null);
        using var good = await Cell.CallAsync(HttpMethod.Post, "/cell/import/accounts", body, ServicePurpose.Import, null);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    // Who is refused while still sending may find the connection closed before the answer is read.
    private async Task RefusedAsync(HttpStatusCode status, string path, byte[] body, ServicePurpose purpose, TenantId? tenant)
    {
        try
        {
            using var response = await Cell.CallAsync(HttpMethod.Post, path, body, purpose, tenant);
            Assert.Equal(status, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // Closed: nothing of it was read to its end.
        }
    }

    private static void Made(ImportResult result) => Assert.Equal(ImportOutcome.Made, result.Outcome);

    private static string NewName() => $"{Guid.NewGuid():N}@example.com";

    private static string NewHost() => $"r{Guid.NewGuid():N}"[..20] + ".auth.test:8400";

    private static Slug Slug(string text) => Tessera.Contracts.Ids.Slug.TryParse(text, out var slug) ? slug : throw new ArgumentException(text);

    private static RealmAccounts Of(CellTenant tenant, params ImportedAccount[] accounts) => new(tenant.Realm, tenant.Id, 1, accounts);

    private RealmFounding Founding(string host) => new(
        new RealmSpec(RealmId.New("eu-central-1"), Acme.Pool, "A tenant", host, TenantState.Active, 1, TenantId.New()), new ClientSpecDraft().Build());

    private async Task<RealmsImported> FoundAsync(RealmImport import)
    {
        using var response = await Cell.CallAsync(HttpMethod.Post, "/cell/import/realms", import, WireJson.Default.RealmImport, ServicePurpose.Import, null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), WireJson.Default.RealmsImported)!;
    }

    private async Task<IReadOnlyList<ImportResult>> ImportAsync(string key, params RealmAccounts[] realms)
    {
        using var response = await Cell.CallAsync(HttpMethod.Post, "/cell/import/accounts", new AccountImport(key, realms), WireJson.Default.AccountImport, ServicePurpose.Import, null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), WireJson.Default.AccountsImported)!.Results;
    }
}
