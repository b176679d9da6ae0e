using Tessera.Demo;
using Tessera.Up;

namespace Tessera.Tour;

/// <summary>The tour, stop by stop. What it makes it takes away again.</summary>
internal sealed class TourRun(DemoFile demo, Guide guide)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var http = LoopbackHttp.Create();
        var admin = new AdminApi(http, demo.AdminApi, demo.AdminKey);
        var traveller = new Traveller(http, demo.AuthHost);
        var newcomers = new Newcomers(demo, admin, traveller, guide);
        try
        {
            await newcomers.OnboardAsync(cancellation);
            await new Neighbours(demo, traveller, guide).ShowAsync(cancellation);
            await newcomers.PromoteAsync(cancellation);
            await new Tricks(demo, admin, traveller, guide).TryAsync(cancellation);
        }
        finally
        {
            await newcomers.RemoveAsync();
        }

        guide.Leave();
    }
}
