using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Cell.Store;
using Tessera.UnitTests.Cell;

namespace Tessera.UnitTests.Attacks.Cell;

public sealed class LogInjectionOnSqlite(SqliteCell cell) : LogInjectionTests(cell), IClassFixture<SqliteCell>;

public sealed class LogInjectionOnPostgres(PostgresCell cell) : LogInjectionTests(cell), IClassFixture<PostgresCell>;

/// <summary>What callers write begins no line of a log, moves no cursor of a terminal, and makes one row of the audit.</summary>
public abstract class LogInjectionTests(CellFixture fixture) : CellTests(fixture)
{
    private static readonly string[] Corpus =
    [
        "x\nsign_in.succeeded admin", "x\r\n2026-01-01 info: admin signed in", "x\rroot", "\u001b[2J\u001b[1;1H", "\u001b]0;title\u0007", "\u001b[31mred", "x\u0085next", "x\u2028line\u2029paragraph", "x\u009b2J", "x\0y", "\u202eadmin", "x\tb", "${jndi:ldap://x}", "{Method} {0} %s %n", "\ud83d\ude00",
    ];

    [Fact]
    public async Task Whatever_a_caller_writes_every_log_entry_is_one_line_of_visible_characters()
    {
        using var log = new Entries();
        Cell.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        foreach (var text in Corpus)
        {
            await TryEverywhereAsync(text);
        }

        Assert.DoesNotContain(log.Texts, entry => entry.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'));
    }

    [Fact]
    public async Task Whatever_a_caller_writes_a_refused_sign_in_is_one_row_of_the_audit_without_it()
    {
        foreach (var text in Corpus.Where(text => !text.Contains('\0', StringComparison.Ordinal))) // which makes it no form, and no sign-in
        {
            var before = await AuditAsync();
            using var response = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = text, ["password"] = text });
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
            var added = (await AuditAsync()).ExceptBy(before.Select(row => row.Id), row => row.Id).ToList();
            Assert.True(added is [{ Event: "sign_in.rejected" }], $"{Uri.EscapeDataString(text)}: {added.Count} rows");
            Assert.DoesNotContain(added, row => $"{row.Detail}{row.Subject}{row.ClientId}".Any(char.IsControl));
        }
    }

    [Fact]
    public async Task A_client_whose_name_has_a_line_end_makes_one_row_and_one_line()
    {
        using var log = new Entries();
        Cell.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        foreach (var text in Corpus.Where(text => !text.Contains('\0', StringComparison.Ordinal)))
        {
            var before = await AuditAsync();
            var draft = new ClientSpecDraft().Build() with { Name = text };
            using var response = await Cell.CallAsync(HttpMethod.Put, $"/cell/realms/{Acme.Realm}/clients/{draft.ClientId}", draft, Tessera.Contracts.Wire.WireJson.Default.ClientSpec, Tessera.Contracts.Keys.ServicePurpose.Provision, Acme.Id);
            Assert.True((int)response.StatusCode < 500, $"{(int)response.StatusCode}");
            Assert.True((await AuditAsync()).Count - before.Count <= 1);
        }

        Assert.DoesNotContain(log.Texts, entry => entry.Any(char.IsControl));
    }

    private async Task TryEverywhereAsync(string text)
    {
        var escaped = Uri.EscapeDataString(text);
        foreach (var path in new[]
        {
            $"{Acme.SignIn}/login{Acme.AuthorizeQuery(text)}", $"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(text)}", $"{Acme.SignIn}/oauth2/authorize?client_id={escaped}&redirect_uri={escaped}&state={escaped}",
            $"{Acme.SignIn}/{escaped}", $"{Acme.Issuer}/{escaped}", $"http://auth.test:8400/{escaped}/oauth2/token", $"{Acme.SignIn}/logout?id_token_hint={escaped}&client_id={escaped}", $"{Acme.SignIn}/device?user_code={escaped}",
        })
        {
            await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), text);
        }

        foreach (var path in new[] { "token", "introspect", "revoke", "par", "device_authorization", "userInfo" })
        {
            var form = new[] { "grant_type", "client_id", "client_secret", "scope", "token", "code", "refresh_token", "username", "password", "client_assertion", "resource", "claims" }.Select(name => KeyValuePair.Create(name, text));
            await SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{Acme.Issuer}/oauth2/{path}") { Content = new FormUrlEncodedContent(form) }, text);
        }
    }

    private async Task SendAsync(HttpRequestMessage request, string text)
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", string.Concat(text.Where(c => c is >= ' ' and < '\u007f' or '\t' or '\u001b')));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{text}:{text}")));
            using var response = await Cell.Http.SendAsync(request);
            Assert.True((int)response.StatusCode < 500, $"{request.RequestUri}: {(int)response.StatusCode}");
        }
    }

    private async Task<List<AuditRow>> AuditAsync()
    {
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(Acme.Realm, 0));
        return await db.Audit.AsNoTracking().OrderBy(row => row.Id).ToListAsync();
    }

    private sealed class Entries : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Texts { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Texts.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
