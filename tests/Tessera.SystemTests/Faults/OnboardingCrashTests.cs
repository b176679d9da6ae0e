using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>A control plane killed in the middle of onboarding leaves whole tenants and free names, and nothing between.</summary>
[Collection(FaultCollection.Name)]
public sealed class OnboardingCrashTests(Deployments deployments, ITestOutputHelper output)
{
    // Killed at random moments: before anything is acknowledged, among the first, among the last.
    private static readonly (int Least, int Most)[] KilledAfter = [(0, 0), (1, 6), (7, 14)];
    private const int Tenants = 20;
    private static readonly TimeSpan SettledWithin = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("SQLite")]
    public async Task Every_tenant_is_active_or_its_slug_is_free_again(string store)
    {
        var at = deployments.On(store);
        var prefix = $"c{Guid.NewGuid():N}"[..10];
        var acknowledged = new ConcurrentDictionary<string, bool>();
        for (var round = 0; round < KilledAfter.Length; round++)
        {
            var (least, most) = KilledAfter[round];
            var enough = acknowledged.Count + RandomNumberGenerator.GetInt32(least, most + 1);
            var posts = Enumerable.Range(0, Tenants).Select(i => PostAsync(at, $"{prefix}-{round}-{i}", acknowledged)).ToList();
            await Task.Delay(RandomNumberGenerator.GetInt32(50, 250));
            while (acknowledged.Count < enough && !posts.TrueForAll(post => post.IsCompleted))
            {
                await Task.Delay(5);
            }

            await at.Control.KillAsync();
            await Task.WhenAll(posts);
            await at.Control.StartAsync();
        }

        var slugs = Enumerable.Range(0, KilledAfter.Length * Tenants).Select(i => $"{prefix}-{i / Tenants}-{i % Tenants}").ToList();
        var active = new ConcurrentBag<string>();
        var free = new ConcurrentBag<string>();
        var settling = Stopwatch.StartNew();
        await Parallel.ForEachAsync(slugs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (slug, _) =>
        {
            var tenant = await FindAsync(at, slug);
            (tenant is null ? free : active).Add(slug);
            await SignInAsync(at, tenant ?? await ClaimAgainAsync(at, slug, settling));
        });

        output.WriteLine($"{store}: {KilledAfter.Length} kills over {slugs.Count} onboardings: {acknowledged.Count} acknowledged, {active.Count} active, {free.Count} claimed again; all settled after {settling.Elapsed.TotalSeconds:F1} s");
        Assert.InRange(acknowledged.Count, 1, slugs.Count - 1);
        Assert.All(acknowledged.Keys, slug => Assert.Contains(slug, active));
        var there = (await at.Admin.AllAsync("/tenants", "tenants")).Where(tenant => tenant.GetProperty("slug").GetString()!.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.Equal(slugs.Order(), there.Select(tenant => tenant.GetProperty("slug").GetString()!).Order());
        Assert.All(there, tenant => Assert.Equal("active", tenant.GetProperty("state").GetString()));
    }

    private static async Task PostAsync(Deployment at, string slug, ConcurrentDictionary<string, bool> acknowledged)
    {
        try
        {
            if ((await at.Admin.PostAsync("/tenants", AdminApi.Onboarding(slug, "eu-1", Deployment.Password))).Status == HttpStatusCode.Created)
            {
                acknowledged[slug] = true;
            }
        }
        catch (HttpRequestException)
        {
            // Killed before it answered.
        }
    }

    private static async Task<DemoTenant?> FindAsync(Deployment at, string slug)
    {
        var (status, page) = await at.Admin.GetAsync($"/tenants?slug={slug}");
        Assert.Equal(HttpStatusCode.OK, status);
        return page.GetProperty("tenants").EnumerateArray().Select(Deployment.Describe).SingleOrDefault();
    }

    private static async Task<DemoTenant> ClaimAgainAsync(Deployment at, string slug, Stopwatch settling)
    {
        while (true)
        {
            var (status, answer) = await at.Admin.PostAsync("/tenants", AdminApi.Onboarding(slug, "eu-1", Deployment.Password));
            if (status == HttpStatusCode.Created)
            {
                return Deployment.Describe(answer.GetProperty("tenant"));
            }

            Assert.True(answer.GetProperty("code").GetString() is "slug_taken" or "making_expired", $"{(int)status} {answer}");
            Assert.True(settling.Elapsed < SettledWithin, $"{slug} is stuck: neither active nor free after {SettledWithin}.");
            await Task.Delay(500);
        }
    }

    private static async Task SignInAsync(Deployment at, DemoTenant tenant)
    {
        for (var learning = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            using var route = await at.RouteAsync(tenant.Slug);
            if (route.IsSuccessStatusCode)
            {
                break;
            }

            Assert.True(learning.Elapsed < TimeSpan.FromSeconds(15), $"The router did not learn of {tenant.Slug}.");
        }

        Assert.NotEmpty((await at.TokensAsync(tenant)).Access);
    }
}
