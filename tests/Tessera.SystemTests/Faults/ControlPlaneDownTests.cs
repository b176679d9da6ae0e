using System.Diagnostics;
using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>Rule 6: a cell signs users in with the control plane down and the router restarted.</summary>
[Collection(FaultCollection.Name)]
public sealed class ControlPlaneDownTests(Deployments deployments, ITestOutputHelper output)
{
    private readonly Deployment _at = deployments.OnSqlite;

    [Fact]
    public async Task Everyone_signs_in_without_the_control_plane_and_onboarding_goes_on_with_it()
    {
        await _at.Control.StopAsync();
        var without = new Load(_at);
        await without.RunAsync(100, _at.Acme, _at.Globex);

        // The router now knows the directory from its disk copy alone.
        await _at.Router.StopAsync();
        await _at.Router.StartAsync();
        var restarted = new Load(_at);
        await restarted.RunAsync(50, _at.Acme, _at.Globex);

        await _at.Control.StartAsync();
        var slug = $"late-{Guid.NewGuid():N}"[..20];
        var late = await _at.OnboardAsync(slug, "us-1");
        var learning = Stopwatch.StartNew();
        while (true)
        {
            using var route = await _at.RouteAsync(slug);
            if (route.StatusCode == HttpStatusCode.OK)
            {
                break;
            }

            Assert.Equal(HttpStatusCode.NotFound, route.StatusCode);
            Assert.True(learning.Elapsed < TimeSpan.FromSeconds(15), "The router did not learn of the new tenant within 15 seconds.");
            await Task.Delay(50);
        }

        var learned = learning.Elapsed;
        await _at.TokensAsync(Deployment.Describe(late.GetProperty("tenant")));

        output.WriteLine($"control plane stopped: {without.Done} of 100 rounds of route, sign-in and refresh; router restarted as well: {restarted.Done} of 50");
        output.WriteLine($"control plane back: the router learned of a new tenant in {learned.TotalMilliseconds:F0} ms");
        Assert.Empty(without.Failures);
        Assert.Empty(restarted.Failures);
    }
}
