using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Accounts;
using Tessera.Cell.Passwords;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Passwords;

public sealed class HashRenewalOnSqlite(SqliteCell cell) : HashRenewalTests(cell), IClassFixture<SqliteCell>;

public sealed class HashRenewalOnPostgres(PostgresCell cell) : HashRenewalTests(cell), IClassFixture<PostgresCell>;

/// <summary>A hash brought along is good for signing in, and replaced by ours when it was.</summary>
public abstract class HashRenewalTests(CellFixture cell) : CellTests(cell)
{
    private const string Password = "abcdefghijklmnopqrstuvwxyz";
    private const string Bcrypt = "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC";

    [Fact]
    public async Task A_foreign_hash_signs_in_and_is_ours_afterwards()
    {
        var account = await WithHashAsync(Bcrypt);
        Assert.Null(await Acme.SignInAsync(account.Username, Password + "x"));
        Assert.Equal(Bcrypt, await HashAsync(account.Sub));
        Assert.NotNull(await Acme.SignInAsync(account.Username, Password));
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", await HashAsync(account.Sub), StringComparison.Ordinal);
        Assert.NotNull(await Acme.SignInAsync(account.Username, Password));
        Assert.Null(await Acme.SignInAsync(account.Username, Password + "x"));
    }

    [Fact]
    public async Task Signing_in_often_at_once_renews_once_and_refuses_nobody()
    {
        var account = await WithHashAsync(Bcrypt);
        var cookies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Acme.SignInAsync(account.Username, Password)));
        Assert.All(cookies, Assert.NotNull);
    }

    [Fact]
    public async Task A_password_set_meanwhile_is_not_overwritten()
    {
        var account = await WithHashAsync(Bcrypt);
        await using var request = Cell.Services.CreateAsyncScope();
        var services = request.ServiceProvider;
        services.GetRequiredService<RealmScope>().Set((await Cell.Services.GetRequiredService<RealmLookup>().FindAsync(Acme.Realm, default))!);
        var found = await services.GetRequiredService<AccountLookup>().FindByUsernameAsync(account.Username, default);

        using var changed = await Acme.ChangeAccountAsync(account.Sub, new AccountChange(Password: "a new password"));
        changed.EnsureSuccessStatusCode();

        Assert.False(await services.GetRequiredService<HashRenewal>().RenewAsync(found!, Password, default));
        Assert.NotNull(await Acme.SignInAsync(account.Username, "a new password"));
        Assert.Null(await Acme.SignInAsync(account.Username, Password));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$")]
    [InlineData("anything at all")]
    public async Task An_account_without_a_password_signs_in_with_none(string password)
    {
        var account = await WithHashAsync("");
        Assert.Null(await Acme.SignInAsync(account.Username, password));
    }

    private async Task<AccountRecord> WithHashAsync(string hash)
    {
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", "to be replaced");
        await using var db = Open();
        await db.Accounts.Where(row => row.Sub == account.Sub).ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash));
        return account;
    }

    private async Task<string> HashAsync(Guid sub)
    {
        await using var db = Open();
        return await db.Accounts.Where(row => row.Sub == sub).Select(row => row.PasswordHash).SingleAsync();
    }

    private CellDb Open() => Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(Acme.Realm, epoch: 1));
}
