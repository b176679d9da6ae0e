using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Hubs;
using Tessera.AspNetCore.Streams;
using Tessera.AspNetCore.Work;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Snippets;

/// <summary>docs/beyond-requests.md, and what an application of that page has of its own.</summary>
internal static class BeyondRequests
{
    public static void Hubs(WebApplicationBuilder builder, WebApplication app)
    {
        #region hubs
        builder.Services.AddSignalR().AddTesseraHubs();
        app.MapTesseraHub<BoardHub>("/board");      // demands a token; WebSockets alone
        #endregion
    }

    public static void Streams(WebApplication app)
    {
        #region streams
        app.MapGrpcService<NotesService>().RequireTenant();
        app.MapGet("/events", EventsAsync).RequireTenant().EndWithToken();
        #endregion
    }

    public static void Jobs(WebApplicationBuilder builder, WebApplication app)
    {
        #region jobs
        builder.Services.AddTenantWork();           // bounded, in this process's memory

        app.MapPost("/reports", async (ITenantWorkQueue work, CancellationToken stop) =>
            await work.EnqueueAsync((services, ending) => services.GetRequiredService<Reports>().WriteAsync(ending), stop));
        #endregion
    }

    public static async Task ScheduleAsync(TenantScopes scopes, TenantId tenant, CancellationToken stop)
    {
        #region schedule
        await scopes.RunAsync(tenant, (services, stop) => services.GetRequiredService<Reports>().WriteAsync(stop), stop);
        #endregion
    }

    public static async Task SealAsync(
        WebApplicationBuilder builder, IConfiguration configuration, IBroker broker, TenantEnvelopes envelopes, TenantScope scope, TenantScopes scopes,
        Invoice invoice, string message, CancellationToken stop)
    {
        #region messages
        builder.Services.AddTenantEnvelopes(options =>
        {
            options.Keys["2026"] = Convert.FromBase64String(configuration["MessageKey"]!);   // 32 bytes or more, the application's own
            options.SealWith = "2026";
        });

        await broker.SendAsync(envelopes.Seal(scope, "invoice.send", invoice));

        if (envelopes.Open<Invoice>(message, "invoice.send") is EnvelopeOpening<Invoice>.Opened(var envelope))
        {
            await scopes.RunAsync(envelope.Tenant, (services, stop) => services.GetRequiredService<Invoices>().SendAsync(envelope.Body, stop), stop);
        }
        #endregion
    }

    private static Task EventsAsync(CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);
}

internal sealed class BoardHub : Hub;

internal sealed class NotesService;

internal sealed record Invoice(string Number);

internal abstract class Reports
{
    public abstract Task WriteAsync(CancellationToken stop);
}

internal abstract class Invoices
{
    public abstract Task SendAsync(Invoice invoice, CancellationToken stop);
}

internal interface IBroker
{
    Task SendAsync(string message);
}
