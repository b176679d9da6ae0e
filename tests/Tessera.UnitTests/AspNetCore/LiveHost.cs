using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Hubs;
using Tessera.AspNetCore.Streams;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Postgres.Tenants;
using Tessera.UnitTests.AspNetCore.Hubs;
using Tessera.UnitTests.AspNetCore.Streams;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>An API with what lasts: hubs, gRPC calls, an event stream. Its directory can change while it runs.</summary>
internal sealed class LiveHost : IAsyncDisposable
{
    /// <summary>The person of every token of the directory's, in every tenant.</summary>
    public const string Subject = "0198c7a2-0000-7000-8000-00000000000a";

    private readonly WebApplication _app;

    private LiveHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(Http1Port = FreePort.Next(), listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.ListenLocalhost(Http2Port = FreePort.Next(), listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Directory.Map);
        builder.Services.AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        builder.Services.AddSignalR().AddTesseraHubs().AddTenantHubContext<BoardHub>();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Departures>();
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseTessera();
        _app.UseAuthorization();
        _app.MapTesseraHub<BoardHub>("/board");
        _app.MapTesseraHub<TypedBoardHub>("/typed-board");
        _app.MapHub<BoardHub>("/unguarded-board").WithoutTenant("a test: the filter must hold alone"); // whose mapping forgot to demand a token
        _app.MapTesseraHub<OpenHub>("/open");
        _app.MapGrpcService<NotesService>().RequireTenant();
        _app.MapGet("/events", EventsAsync).RequireTenant().EndWithToken();
        _app.MapPost("/announce", (string text, TenantHubContext<BoardHub> hub) => hub.Clients.All.SendAsync("posted", text)).RequireTenant();
    }

    public int Http1Port { get; private set; }

    public int Http2Port { get; private set; }

    public string Http1 => $"http://127.0.0.1:{Http1Port}";

    public string Http2 => $"http://127.0.0.1:{Http2Port}";

    public TestDirectory Directory { get; } = new();

    public LiveTokens Tokens => _app.Services.GetRequiredService<LiveTokens>();

    public Departures Departures => _app.Services.GetRequiredService<Departures>();

    public static async Task<LiveHost> StartAsync()
    {
        var host = new LiveHost();
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>A token that expires within the next two seconds, the clocks' difference considered.</summary>
    public string BriefToken(TenantEntry tenant) => Directory.Token(tenant, "exp", DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 58);

    public void Revoke(TenantEntry tenant)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Apply([], [new RevocationEntry(tenant.TenantId, Subject, now, now + 7200)]);
    }

    public void Suspend(TenantEntry tenant) => Apply([tenant with { State = TenantState.Suspended }], []);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private void Apply(IReadOnlyList<TenantEntry> tenants, IReadOnlyList<RevocationEntry> revocations) =>
        Directory.Map.Apply(new FeedPage(Directory.Map.Revision, Directory.Map.Revision + 1, false, [], [], tenants, [], revocations));

    private static async Task EventsAsync(HttpContext context, TenantScope scope)
    {
        while (true)
        {
            await context.Response.WriteAsync($"data: {scope.Tenant}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(20, context.RequestAborted);
        }
    }
}

/// <summary>In which tenant connections were said good-bye to.</summary>
internal sealed class Departures
{
    private readonly TaskCompletionSource<TenantId> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TenantId> First => _first.Task;

    public void Add(TenantId tenant) => _first.TrySetResult(tenant);
}
