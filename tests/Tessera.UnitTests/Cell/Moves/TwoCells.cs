namespace Tessera.UnitTests.Cell.Moves;

/// <summary>Two running cells between which tenants move. One pair for all tests of a class; each test brings its own tenant.</summary>
public abstract class TwoCells : IAsyncLifetime
{
    private int _tenants;

    public CellHost Eu { get; private set; } = null!;

    public CellHost Us { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (Eu, Us) = (await StartAsync("eu-1"), await StartAsync("us-1"));

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Eu.DisposeAsync();
        await Us.DisposeAsync();
    }

    /// <summary>A tenant in the first cell with one account, and a move of it to the second that has not begun.</summary>
    internal async Task<TestMove> PlanAsync(Action<ClientSpecDraft>? shape = null)
    {
        var tenant = await Eu.AddTenantAsync($"t{Interlocked.Increment(ref _tenants)}", shape);
        await tenant.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        return await TestMove.PlanAsync(tenant, Eu, Us, epoch: 1);
    }

    protected abstract Task<CellHost> StartAsync(string id);
}

public sealed class SqliteCells : TwoCells
{
    protected override Task<CellHost> StartAsync(string id) => CellHost.StartAsync(null, null, $"--Cell:Id={id}");
}

public sealed class PostgresCells : TwoCells
{
    /// <summary>How the cells connect, in the order they were started.</summary>
    public List<string> Runtimes { get; } = [];

    protected override async Task<CellHost> StartAsync(string id)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync();
        Runtimes.Add(runtime);
        return await CellHost.StartAsync(runtime, owner, $"--Cell:Id={id}");
    }
}

/// <summary>From the embedded store to PostgreSQL, as a tenant that grows.</summary>
public sealed class MixedCells : TwoCells
{
    protected override async Task<CellHost> StartAsync(string id)
    {
        if (id == "eu-1")
        {
            return await CellHost.StartAsync(null, null, $"--Cell:Id={id}");
        }

        var (runtime, owner) = await TestPostgres.CreateAsync();
        return await CellHost.StartAsync(runtime, owner, $"--Cell:Id={id}");
    }
}
