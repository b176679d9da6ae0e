using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Store;

namespace Tessera.UnitTests.Cell;

public sealed class OversizedOnSqlite(SqliteCell cell) : OversizedTests(cell), IClassFixture<SqliteCell>;

public sealed class OversizedOnPostgres(PostgresCell cell) : OversizedTests(cell), IClassFixture<PostgresCell>;

/// <summary>No text is so long that what it came with is not written down: either there is an audit row, or there is nothing to write of.</summary>
public abstract class OversizedTests(CellFixture cell) : CellTests(cell)
{
    [Theory]
    [InlineData(200)]
    [InlineData(2_000)]
    [InlineData(14_000)]
    [InlineData(50_000)]
    public async Task Whatever_gives_a_token_or_a_session_has_its_audit_row(int length)
    {
        var filler = new string('x', length);
        foreach (var (name, value) in new[] { ("User-Agent", filler), ("X-Forwarded-For", filler), ("Referer", $"https://app.test/{filler}"), ("Accept-Language", filler), ("Cookie", $"a={filler}") })
        {
            var before = await RowsAsync();
            using var signIn = await PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", (name, value), ("username", Ada), ("password", AcmePassword));
            var given = signIn is { } answer && answer.Headers.Contains("Set-Cookie") ? 1 : 0;
            Assert.True(await RowsAsync() - before >= given, $"A session without an audit row, {name} of {length} characters.");
        }

        foreach (var (name, value) in new[] { ("scope", $"openid offline_access {filler}"), ("state", filler), ("nonce", filler), ("login_hint", filler), ("unknown", filler), ("resource", $"https://api.test/{filler}") })
        {
            var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
            var before = await RowsAsync();
            var code = length > 14_000 ? null : await Acme.CodeAsync(cookie, (name, value));
            Assert.True(await RowsAsync() - before >= (code is null ? 0 : 1), $"A code without an audit row, {name} of {length} characters.");
            using var redeemed = await PostAsync(
                $"{Acme.Issuer}/oauth2/token", null, ("grant_type", "authorization_code"), ("code", code ?? "none"), ("redirect_uri", CellTenant.RedirectUri),
                ("client_id", Acme.Client.ClientId.Value), ("code_verifier", CellTenant.Verifier), ("padding", filler), ("device", filler));
            Assert.True(await RowsAsync() - before >= (code is null ? 0 : 1) + (redeemed?.IsSuccessStatusCode == true ? 1 : 0), $"A token without an audit row, {name} of {length} characters.");
        }
    }

    // Null where the cell broke off before it had read it all.
    private async Task<HttpResponseMessage?> PostAsync(string url, (string Name, string Value)? header, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        if (header is { } extra)
        {
            request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        }

        try
        {
            return await Cell.Http.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<int> RowsAsync()
    {
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(Acme.Realm, epoch: 1));
        return await db.Audit.CountAsync(TestContext.Current.CancellationToken);
    }
}
