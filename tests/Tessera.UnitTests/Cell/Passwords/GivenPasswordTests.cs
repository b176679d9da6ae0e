using System.Net;
using System.Text.Json;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell.Passwords;

public sealed class GivenPasswordOnSqlite(SqliteCell cell) : GivenPasswordTests(cell), IClassFixture<SqliteCell>;

public sealed class GivenPasswordOnPostgres(PostgresCell cell) : GivenPasswordTests(cell), IClassFixture<PostgresCell>;

/// <summary>An account is made with a password, or with the hash of one that is known elsewhere.</summary>
public abstract class GivenPasswordTests(CellFixture cell) : CellTests(cell)
{
    private const string Hash = "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0$qEWuBHP82uzPrybCUpp9FMGVDoszagDwOgBhAY44y2gPun4RFBM9zjAnhQjJRk+l/dEEhatLCI65Yj/OYq4dcQ"; // of "password"

    [Fact]
    public async Task Whoever_comes_with_a_hash_signs_in_with_its_password()
    {
        using var made = await MakeAsync(new AccountSpec("hash@example.com", PasswordHash: Hash));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.NotNull(await Acme.SignInAsync("hash@example.com", "password"));
        Assert.Null(await Acme.SignInAsync("hash@example.com", Hash));
    }

    [Theory]
    [InlineData("a good long password", Hash, "password_and_hash")]
    [InlineData(null, "$pbkdf2-sha512$i=1000$c2Fsd", "password_hash_malformed")]
    [InlineData(null, "", "password_hash_unknown")]
    [InlineData(null, null, "password_too_short")]
    public async Task What_is_no_hash_or_comes_with_a_password_is_refused(string? password, string? hash, string code)
    {
        using var refused = await MakeAsync(new AccountSpec("refused@example.com", password, PasswordHash: hash));
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.BadRequest, code), (refused.StatusCode, problem.RootElement.GetProperty("code").GetString()));
    }

    private Task<HttpResponseMessage> MakeAsync(AccountSpec spec) =>
        Cell.CallAsync(HttpMethod.Post, $"/cell/realms/{Acme.Realm}/accounts", spec, WireJson.Default.AccountSpec, ServicePurpose.Accounts, Acme.Id);
}
