using System.Diagnostics;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R2: the database is killed under sign-ups and started again, as a service manager would. Nothing that was acknowledged is lost, and
/// control plane and cells, which nobody touches, are back by themselves.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class DatabaseCrashTests(ITestOutputHelper output)
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task No_acknowledged_sign_up_is_lost_when_the_database_is_killed_and_service_comes_back_by_itself()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var at = await Deployment.StartAsync(new DeploymentSettings { OnPostgres = server.Administrator });
        var signUps = new SignUps(at, LongRuns.SignUps);
        var back = new Stopwatch();
        await signUps.RunAsync(async () =>
        {
            await server.KillAsync();
            back.Start();
            await server.StartAgainAsync();
        });

        var tries = 1;
        while (await at.Visitor.SignInAsync(at.Acme, Deployment.Ada, Deployment.Password) is null)
        {
            Assert.True(back.Elapsed < BackWithin, $"Nobody can sign in {BackWithin} after the database was killed.");
            tries++;
            await Task.Delay(100);
        }

        var took = back.Elapsed;
        output.WriteLine($"database killed: {await signUps.DemandAllAsync()}; somebody signs in {took.TotalSeconds:F1} s after the kill, at the {tries}. try");
        Assert.True(took < BackWithin, $"Service was back after {took}.");
    }
}
