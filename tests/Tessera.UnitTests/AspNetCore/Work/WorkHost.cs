using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Work;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.AspNetCore.Work;

/// <summary>A process that works for tenants, without a server.</summary>
internal sealed class WorkHost : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkHost(Action<TenantWorkOptions>? configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton(Directory.Map);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddAuthentication().AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        builder.Services.AddTenantWork(configure);
        _host = builder.Build();
    }

    public TestDirectory Directory { get; } = new();

    public LogLines Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    public TenantScopes Scopes => Services.GetRequiredService<TenantScopes>();

    public FairLanes Lanes => Services.GetRequiredService<FairLanes>();

    public static async Task<WorkHost> StartAsync(Action<TenantWorkOptions>? configure = null)
    {
        var host = new WorkHost(configure);
        await host._host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Brings an item as a request of the tenant would, and lets go of the request.</summary>
    public async Task<TenantWork> EnqueueAsync(TenantId tenant, Func<IServiceProvider, CancellationToken, Task> work, CancellationToken cancellation = default)
    {
        await using var request = Services.CreateAsyncScope();
        request.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant);
        return await request.ServiceProvider.GetRequiredService<ITenantWorkQueue>().EnqueueAsync(work, cancellation);
    }

    public void Suspend(TenantEntry tenant) => Apply(tenant with { State = TenantState.Suspended });

    public void Delete(TenantEntry tenant) => Apply(tenant with { State = TenantState.Deleted });

    public Task StopAsync() => _host.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(new CancellationToken(canceled: true));
        _host.Dispose();
    }

    private void Apply(TenantEntry tenant) =>
        Directory.Map.Apply(new FeedPage(Directory.Map.Revision, Directory.Map.Revision + 1, false, [], [], [tenant], [], []));
}
