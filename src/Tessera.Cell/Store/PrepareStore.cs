namespace Tessera.Cell.Store;

/// <summary>Before the cell serves: makes the schema where there is none.</summary>
internal sealed class PrepareStore(CellStore store) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = store.Open(RowsOf.Cell);
        await db.Database.EnsureCreatedAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
