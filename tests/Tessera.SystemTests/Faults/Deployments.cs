using System.Reflection;
using Tessera.SystemTests.Running;
using Xunit.v3;

namespace Tessera.SystemTests.Faults;

/// <summary>The two deployments all fault tests share. Each test leaves every part running; where one fails midway, <see cref="LeftRunningAttribute"/> does.</summary>
public sealed class Deployments : IAsyncLifetime
{
    public Deployment OnSqlite { get; private set; } = null!;

    public Deployment OnPostgres { get; private set; } = null!;

    public Deployment On(string store) => store == "PostgreSQL" ? OnPostgres : OnSqlite;

    public async ValueTask InitializeAsync()
    {
        async Task OnSqliteAsync() => OnSqlite = await Deployment.StartAsync(onPostgres: false);
        async Task OnPostgresAsync() => OnPostgres = await Deployment.StartAsync(onPostgres: true);
        await Task.WhenAll(OnSqliteAsync(), OnPostgresAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var deployment in new[] { OnSqlite, OnPostgres }.OfType<Deployment>())
        {
            await deployment.DisposeAsync();
        }
    }
}

/// <summary>One failure is one failure: what a test killed and did not come to start again is started after it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeftRunningAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Task.Run(StartMissingAsync).GetAwaiter().GetResult();

    private static async Task StartMissingAsync()
    {
        if (await TestContext.Current.GetFixture<Deployments>() is { } deployments)
        {
            await deployments.OnSqlite.StartMissingAsync();
            await deployments.OnPostgres.StartMissingAsync();
        }
    }
}

/// <summary>Alone on the machine, so that a number measured here is the fault's and not a neighbour's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[LeftRunning]
public sealed class FaultCollection : ICollectionFixture<Deployments>
{
    public const string Name = "faults";
}
