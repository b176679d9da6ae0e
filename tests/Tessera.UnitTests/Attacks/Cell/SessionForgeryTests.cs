using System.Reflection;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Tessera.UnitTests.Architecture;
using Tessera.UnitTests.Cell;

namespace Tessera.UnitTests.Attacks.Cell;

/// <summary>What a browser or an application holds is good as it was given and not with a bit changed, nor elsewhere.</summary>
public sealed class SessionForgeryTests(SqliteCell fixture, ITestOutputHelper output) : CellTests(fixture), IClassFixture<SqliteCell>
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    public async Task No_session_cookie_with_a_bit_changed_is_a_session()
    {
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var (name, value) = (cookie.Split('=')[0], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var tried = 0;
        for (var at = 0; at < value.Length; at++)
        {
            for (var bit = 0; bit < 6; bit++)
            {
                var changed = value[..at] + Letters[Letters.IndexOf(value[at], StringComparison.Ordinal) ^ (1 << bit)] + value[(at + 1)..];
                using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery()}", $"{name}={changed}");
                Assert.True(response.Headers.Location?.ToString().StartsWith("/login?", StringComparison.Ordinal) == true, $"Letter {at}, bit {bit}: {(int)response.StatusCode} {response.Headers.Location}");
                tried++;
            }
        }

        foreach (var form in new[] { value + "=", value + "A", value[..^1], "\"" + value + "\"", value + " x", value.ToUpperInvariant(), "" })
        {
            Assert.True(form.Trim('"') == value || await Acme.CodeAsync($"{name}={form}") is null, form);
            tried++;
        }

        Assert.NotNull(await Acme.CodeAsync(cookie));
        output.WriteLine($"{tried} cookies, 0 sessions");
    }

    [Fact]
    public async Task No_ticket_with_a_letter_changed_is_one()
    {
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var code = (await Acme.CodeAsync(cookie))!;
        var refresh = (await Acme.TokensAsync(cookie)).Refresh!;
        var tried = 0;
        foreach (var at in Enumerable.Range(0, refresh.Length).Concat(Enumerable.Repeat(refresh.Length - 1, 3)))
        {
            var changed = Changed(refresh, at, tried);
            using var response = await Acme.RefreshAsync(changed);
            Assert.True(!response.IsSuccessStatusCode && (int)response.StatusCode < 500, $"Letter {at} of a refresh token: {(int)response.StatusCode}.");
            tried++;
        }

        for (var at = 0; at < code.Length; at += Math.Max(1, code.Length / 150))
        {
            using var response = await Acme.RedeemAsync(Changed(code, at, tried));
            Assert.True(!response.IsSuccessStatusCode && (int)response.StatusCode < 500, $"Letter {at} of a code: {(int)response.StatusCode}.");
            tried++;
        }

        using var good = await Acme.RefreshAsync(refresh);
        Assert.True(good.IsSuccessStatusCode);
        output.WriteLine($"{tried} tickets, 0 taken");
    }

    [Fact]
    public async Task A_session_of_one_cell_is_none_at_another_that_has_the_same_tenant_name()
    {
        await using var other = await CellHost.StartAsync();
        var twin = await other.AddTenantAsync("acme");
        await twin.AddAccountAsync(Ada, AcmePassword);
        var (here, there) = ((await Acme.SignInAsync(Ada, AcmePassword))!, (await twin.SignInAsync(Ada, AcmePassword))!);
        Assert.Null(await twin.CodeAsync(here));
        Assert.Null(await Acme.CodeAsync(there));
        using var refreshed = await twin.RefreshAsync((await Acme.TokensAsync(here)).Refresh!);
        Assert.False(refreshed.IsSuccessStatusCode);
        using var redeemed = await twin.RedeemAsync((await Acme.CodeAsync(here))!);
        Assert.False(redeemed.IsSuccessStatusCode);
    }

    // CVE-2026-40372: up to 10.0.6 what it protected could be forged.
    [Fact]
    public void The_data_protection_that_runs_is_past_the_one_that_could_be_forged_and_nothing_pins_an_older_one()
    {
        var running = typeof(IDataProtector).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
        var implementation = Cell.Services.GetRequiredService<IDataProtectionProvider>().GetType().Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Assert.True(Version.Parse(implementation.Split('+', '-')[0]) >= new Version(10, 0, 7), $"{implementation} ({running})");
        Assert.DoesNotContain(XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion"),
            package => package.Attribute("Include")!.Value.Contains("DataProtection", StringComparison.Ordinal) && Version.Parse(package.Attribute("Version")!.Value) < new Version(10, 0, 7));
    }

    [Fact]
    public void The_cell_keeps_no_key_ring_that_could_be_copied() =>
        Assert.DoesNotContain(Directory.GetFiles(Cell.Folder, "*", SearchOption.AllDirectories), file => Path.GetFileName(file).StartsWith("key-", StringComparison.Ordinal));

    private static string Changed(string ticket, int at, int turn)
    {
        var index = Letters.IndexOf(ticket[at], StringComparison.Ordinal);
        return ticket[..at] + (index < 0 ? 'A' : Letters[index ^ (1 << (turn % 6))]) + ticket[(at + 1)..];
    }
}
