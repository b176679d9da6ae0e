using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R16: the one disk on which everything lies is full. Nobody is signed in, for that would leave no audit row, and all are told so; what is
/// only read goes on; and with room again all is as before, with nobody's help.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Mebibytes = 48;
    private const int MostUntilFull = 1_000;

    [Fact]
    public async Task A_full_disk_refuses_sign_in_cleanly_goes_on_reading_and_recovers_unaided()
    {
        await using var disk = await Tmpfs.MountAsync(Mebibytes);
        await using var at = await Deployment.StartAsync(new DeploymentSettings { Folder = Path.Combine(disk.Folder, "all") });
        var before = await at.TokensAsync(at.Acme);
        var (signedIn, codes) = (1, 1);
        disk.Fill();

        // SQLite's log has room of its own left; then it has none.
        while (await at.Visitor.SignInAsync(at.Acme, Deployment.Ada, Deployment.Password) is not null)
        {
            disk.Fill();
            Assert.True(++signedIn < MostUntilFull, "The disk does not become full.");
        }

        var statuses = new List<string>();
        for (var i = 0; i < LongRuns.Of(10, 200); i++)
        {
            using var page = await at.Visitor.PostSignInAsync(at.Acme, Deployment.Ada, Deployment.Password);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.False(page.Headers.Contains("Set-Cookie"), "A session without a row.");
            Assert.True(page.Headers.RetryAfter?.Delta > TimeSpan.Zero, "A 503 says when to come back.");
            using var refreshed = await at.Visitor.RefreshAsync(at.AuthHost, at.Acme, before.Refresh);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refreshed.StatusCode);
            await DemandReadsAsync(at, before);
            var (made, answer) = await at.Admin.PostAsync("/keys", new { name = $"key {i}", scopes = new[] { "feed:read" } });
            Assert.True(made is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, $"{(int)made} {answer}");
            statuses.Add($"{(int)made}");
        }

        Assert.Equal((signedIn, codes), await AuditedAsync(at));
        disk.Free();
        var back = Stopwatch.StartNew();
        while (await at.Visitor.SignInAsync(at.Acme, Deployment.Ada, Deployment.Password) is null)
        {
            Assert.True(back.Elapsed < TimeSpan.FromSeconds(30), "Nobody signs in though there is room again.");
            await Task.Delay(50);
        }

        var took = back.Elapsed;
        using var good = await at.Visitor.RefreshAsync(at.AuthHost, at.Acme, before.Refresh);
        Assert.NotEmpty((await TokenSet.ReadAsync(good)).Access);
        await at.OnboardAsync("room-again", "eu-1");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"disk full: {signedIn - 1} sign-ins until nothing could be written, then {statuses.Count} sign-ins and refreshes all 503, key set, discovery, routes and userInfo all 200, the admin API {string.Join(' ', statuses.Distinct())}; {signedIn} sessions and {codes} tokens, as many audit rows; back {took.TotalSeconds:F1} s after there was room"));
    }

    private static async Task DemandReadsAsync(Deployment at, TokenSet tokens)
    {
        foreach (var address in new[] { ".well-known/openid-configuration", ".well-known/jwks.json", "oauth2/userInfo" })
        {
            using var answer = await at.Visitor.GetAsync($"{at.AuthHost}/{at.Acme.Realm}/{address}", bearer: tokens.Access);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {(int)answer.StatusCode}");
        }

        using var route = await at.RouteAsync("acme");
        Assert.Equal(HttpStatusCode.OK, route.StatusCode);
    }

    private static async Task<(int Sessions, int Tokens)> AuditedAsync(Deployment at)
    {
        await using var store = new SqliteConnection($"Data Source={at.EuStore};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync();
        await using var count = new SqliteCommand("SELECT count(*) FILTER (WHERE event = 'sign_in.succeeded'), count(*) FILTER (WHERE event LIKE 'token.%') FROM audit WHERE realm_id = $realm", store);
        count.Parameters.AddWithValue("$realm", at.Acme.Realm);
        await using var row = await count.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt32(0), row.GetInt32(1));
    }
}
