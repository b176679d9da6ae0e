using System.Diagnostics;
using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>A lost cell is felt by its own tenants alone, and forgets nothing.</summary>
[Collection(FaultCollection.Name)]
public sealed class CellDownTests(Deployments deployments, ITestOutputHelper output)
{
    private readonly Deployment _at = deployments.OnSqlite;

    [Fact]
    public async Task Tenants_of_other_cells_do_not_notice_and_its_own_come_back_as_they_were()
    {
        var before = await _at.TokensAsync(_at.Globex);
        var others = new Load(_at);
        using var stop = new CancellationTokenSource();
        var load = others.UntilAsync(_at.Acme, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1));

        await _at.CellUs.KillAsync();
        var refusals = 0;
        for (var lost = Stopwatch.StartNew(); lost.Elapsed < TimeSpan.FromSeconds(3);)
        {
            foreach (var ask in Asks(before))
            {
                using var answer = await ask();
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero, "A 503 says when to come back.");
                refusals++;
            }

            await Task.Delay(20);

            // Where a tenant lives is known whether its cell answers or not.
            using var route = await _at.RouteAsync("globex");
            Assert.Equal(HttpStatusCode.OK, route.StatusCode);
        }

        await _at.CellUs.StartAsync();
        var code = await _at.Visitor.CodeAsync(_at.Globex, before.Cookie);
        Assert.True(code is not null, "The session from before the crash is lost.");
        using var refreshed = await _at.Visitor.RefreshAsync(_at.AuthHost, _at.Globex, before.Refresh);
        Assert.Equal(TokenSet.Claims(before.Access).GetProperty("sub").GetString(), TokenSet.Claims((await TokenSet.ReadAsync(refreshed)).Access).GetProperty("sub").GetString());
        await _at.TokensAsync(_at.Globex);

        await stop.CancelAsync();
        await load;
        output.WriteLine($"us-1 killed: eu-1's tenants {others.Done} rounds, {others.Failures.Count} failures; us-1's tenants {refusals} requests, all 503 with Retry-After");
        output.WriteLine("us-1 restarted: the session and the refresh token from before are good");
        Assert.Empty(others.Failures);
        Assert.True(others.Done > 10, $"{others.Done} rounds are no load.");
    }

    private IEnumerable<Func<Task<HttpResponseMessage>>> Asks(TokenSet tokens) =>
    [
        () => _at.Visitor.GetAsync($"{_at.Globex.SignInHost}/login{Visitor.AuthorizeQuery(_at.Globex)}"),
        () => _at.Visitor.GetAsync($"{_at.AuthHost}/{_at.Globex.Realm}/.well-known/openid-configuration"),
        () => _at.Visitor.RefreshAsync(_at.AuthHost, _at.Globex, tokens.Refresh),
    ];
}
