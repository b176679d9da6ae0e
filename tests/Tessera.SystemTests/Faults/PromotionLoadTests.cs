using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>A shared tenant becomes hybrid while its people work.</summary>
[Collection(FaultCollection.Name)]
public sealed class PromotionLoadTests(Deployments deployments, ITestOutputHelper output)
{
    private const int Users = 50;
    private readonly ConcurrentQueue<string> _failures = new();
    private int _rounds;

    public static TheoryData<string> Stores() => ["SQLite", "PostgreSQL"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Fifty_people_sign_in_and_refresh_while_their_tenant_is_promoted_and_none_of_them_notices(string store)
    {
        var at = deployments.On(store);
        var slug = $"rise-{Guid.NewGuid():N}"[..16];
        var (shared, id) = await FoundAsync(at, slug);
        var subs = new ConcurrentDictionary<string, string>();
        await Parallel.ForAsync(0, Users, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
            subs[Name(i)] = (await at.Admin.MadeAsync($"/tenants/{id}/users", new { username = Name(i), password = Deployment.Password })).GetProperty("sub").GetString()!);

        using var stop = new CancellationTokenSource();
        var current = shared;
        var working = Enumerable.Range(0, Users).Select(i => WorkAsync(at, () => Volatile.Read(ref current), Name(i), subs[Name(i)], stop.Token)).ToList();
        await WaitForRoundsAsync(Users / 2);
        var clock = Stopwatch.StartNew();
        var (status, promoted) = await at.Admin.PostAsync($"/tenants/{id}/promote", new
        {
            client = new { type = "public", redirect_uris = new[] { Deployment.RedirectUri }, scopes = new[] { "orders" }, audiences = new[] { "orders" } },
        });
        var took = clock.Elapsed;
        Assert.True((int)status is 200 or 201, $"{status} {promoted}");
        Volatile.Write(ref current, await RouteAsync(at, slug, otherThan: shared.ClientId));
        var rounds = _rounds;
        await WaitForRoundsAsync(rounds + Users);
        await stop.CancelAsync();
        await Task.WhenAll(working);

        output.WriteLine($"{store}: promoted in {took.TotalMilliseconds:F0} ms under the work of {Users} people: {_rounds} rounds of sign-in, refresh with the old client and the new, {_failures.Count} failures");
        Assert.Empty(_failures);
        Assert.NotEqual(shared.Realm, current.Realm);

        await at.Admin.PostAsync($"/tenants/{id}/end-shared", new { });
        Assert.Null(await at.Visitor.SignInAsync(shared, Name(0), Deployment.Password)); // the shared account went with its last place
        await at.TokensAsync(current, Name(0));
    }

    // Signs in once with the old client and keeps refreshing it, and each round signs in where the route leads now.
    private async Task WorkAsync(Deployment at, Func<DemoTenant> where, string username, string sub, CancellationToken stop)
    {
        try
        {
            var begun = where();
            var kept = (await at.TokensAsync(begun, username)).Refresh;
            while (!stop.IsCancellationRequested)
            {
                var tokens = await at.TokensAsync(where(), username);
                Assert.Equal(sub, TokenSet.Claims(tokens.Access).GetProperty("sub").GetString());
                using var response = await at.Visitor.RefreshAsync(at.AuthHost, begun, kept);
                kept = (await TokenSet.ReadAsync(response)).Refresh;
                Interlocked.Increment(ref _rounds);
            }
        }
        catch (Exception e)
        {
            _failures.Enqueue($"{username}: {e.Message}");
        }
    }

    private async Task WaitForRoundsAsync(int rounds)
    {
        for (var tries = 0; _rounds < rounds && _failures.IsEmpty && tries < 1200; tries++)
        {
            await Task.Delay(100);
        }
    }

    private static string Name(int i) => $"user{i}@example.com";

    private static async Task<(DemoTenant Shared, string Id)> FoundAsync(Deployment at, string slug)
    {
        var (_, realms) = await at.Admin.GetAsync("/shared-realms");
        if (realms.GetProperty("shared_realms").GetArrayLength() == 0)
        {
            await at.Admin.MadeAsync("/shared-realms", new
            {
                slug = "teams", display_name = "Teams", cell = "eu-1",
                client = new { type = "public", redirect_uris = new[] { Deployment.RedirectUri }, scopes = new[] { "orders" }, audiences = new[] { "orders" } },
            });
        }

        var made = await at.Admin.MadeAsync("/tenants", new { slug, pattern = "shared", administrator = new { username = Deployment.Ada, password = Deployment.Password } });
        return (await RouteAsync(at, slug, otherThan: null), made.GetProperty("tenant").GetProperty("tenant_id").GetString()!);
    }

    private static async Task<DemoTenant> RouteAsync(Deployment at, string slug, string? otherThan)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            using var response = await at.RouteAsync(slug);
            if (response.IsSuccessStatusCode)
            {
                using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                string Of(string name) => json.RootElement.GetProperty(name).GetString()!;
                if (Of("client_id") != otherThan)
                {
                    return new DemoTenant(Of("tenant_id"), slug, otherThan is null ? "shared" : "hybrid", "eu-1", Of("user_pool_id"), Of("client_id"), Deployment.RedirectUri, Of("sign_in_host"), "", "");
                }
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"The router does not lead to {slug}.");
    }
}
