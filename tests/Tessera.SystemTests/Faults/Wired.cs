using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>A deployment on PostgreSQL whose cells are reached, and reach their databases, over wires. Each test leaves all of them passing.</summary>
public sealed class Wired : IAsyncLifetime
{
    public const int CellPool = 8;

    public Deployment At { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        At = await Deployment.StartAsync(new DeploymentSettings { OnPostgres = TestPostgres.Administrator, IsWired = true, CellPool = CellPool });

    public async ValueTask DisposeAsync()
    {
        if (At is not null)
        {
            await At.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WireCollection : ICollectionFixture<Wired>
{
    public const string Name = "faults on the wire";
}
