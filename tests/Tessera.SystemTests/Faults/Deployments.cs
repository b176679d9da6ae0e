using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>The two deployments all fault tests share. Each test leaves every part running.</summary>
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

/// <summary>Alone on the machine, so that a number measured here is the fault's and not a neighbour's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<Deployments>
{
    public const string Name = "faults";
}
