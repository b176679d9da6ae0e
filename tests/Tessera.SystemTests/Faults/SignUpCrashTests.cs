namespace Tessera.SystemTests.Faults;

/// <summary>What was acknowledged is there after a cell was killed, once: R1. How many sign up: <c>TESSERA_TEST_SIGNUPS=1000</c>.</summary>
[Collection(FaultCollection.Name)]
public sealed class SignUpCrashTests(Deployments deployments, ITestOutputHelper output)
{
    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("SQLite")]
    public async Task No_acknowledged_sign_up_is_lost_when_a_cell_is_killed(string store)
    {
        var at = deployments.On(store);
        var signUps = new SignUps(at, LongRuns.SignUps);
        await signUps.RunAsync(at.CellEu.KillAsync);
        await at.CellEu.StartAsync();
        output.WriteLine($"{store}: {await signUps.DemandAllAsync()}");
    }
}
