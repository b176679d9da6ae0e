using Microsoft.Extensions.Hosting;
using Tessera.ControlPlane.AdminKeys;

namespace Tessera.ControlPlane.Store;

/// <summary>Opens the store, or refuses it, before anything else starts.</summary>
internal sealed class OpenDirectory(IStoreEngine engine, FirstKey firstKey) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.PrepareAsync(cancellationToken);
        await firstKey.MakeIfNoneAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
