using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Audit;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Drains;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Feed;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Imports;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Policies;
using Tessera.ControlPlane.Promotions;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using Tessera.ControlPlane.UserPools;
using Tessera.ControlPlane.Users;

namespace Tessera.ControlPlane;

/// <summary>The directory of tenants, cells and placements, and everything that acts on it.</summary>
public static class ControlPlaneApp
{
    private const int LargestBody = 64 * 1024;

    public static WebApplication Build(string[] args) => Build(args, TimeProvider.System);

    internal static WebApplication Build(string[] args, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton(time);
        AddOptions(builder);
        AddWire(builder);
        AddDirectory(builder.Services);
        AddFeatures(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages(Refusals.WriteBareStatusAsync);
        app.UseRequestRules();
        app.UseRouting();
        app.UseMiddleware<KeyGate>();

        app.MapOnboarding();
        app.MapTenants();
        app.MapPromotion();
        app.MapMoves();
        app.MapSharedRealms();
        app.MapClients();
        app.MapUsers();
        app.MapImports();
        app.MapCells();
        app.MapDrains();
        app.MapUserPools();
        app.MapPolicy();
        app.MapKeys();
        app.MapAudit();
        app.MapFeed();
        MapOwn(app);
        ((IEndpointRouteBuilder)app).RequireDeclaredAccess();
        return app;
    }

    private static void AddOptions(WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddSingleton<IValidateOptions<ControlOptions>, ControlOptionsValidator>();
        builder.Services.AddOptions<ControlOptions>().BindConfiguration("Control").ValidateOnStart()
            .PostConfigure(options =>
            {
                if (!string.IsNullOrWhiteSpace(options.Data))
                {
                    options.Data = Path.GetFullPath(options.Data);
                }
            });
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ControlOptions>>((kestrel, control) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            var listen = new Uri(control.Value.Listen);
            if (IPAddress.TryParse(listen.DnsSafeHost, out var address))
            {
                kestrel.Listen(address, listen.Port);
            }
            else
            {
                kestrel.ListenLocalhost(listen.Port);
            }
        });
    }

    private static void AddWire(WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            var json = options.SerializerOptions;
            json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.PropertyNameCaseInsensitive = false;
            json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.NumberHandling = JsonNumberHandling.Strict;
            json.RespectNullableAnnotations = true;
            json.RespectRequiredConstructorParameters = true;
            json.AllowDuplicateProperties = false;
        });
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddExceptionHandler<Refusals>();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Tessera admin API";
            return Task.CompletedTask;
        }));
    }

    private static void AddDirectory(IServiceCollection services)
    {
        services.AddSingleton<ControlKey>();
        services.AddSingleton<CommitSignal>();
        services.AddSingleton<DirectoryStore>();
        services.AddSingleton<FirstKey>();
        services.AddHostedService<OpenDirectory>();
        services.AddSingleton<IStoreEngine>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ControlOptions>>().Value;
            Directory.CreateDirectory(options.Data);
            return options.Postgres is { } runtime
                ? new PostgresEngine(runtime, options.PostgresOwner)
                : new SqliteEngine(Path.Combine(options.Data, "directory.db"));
        });
    }

    private static void AddFeatures(IServiceCollection services)
    {
        services.AddSingleton<Issuers>();
        services.AddSingleton<TenantFinder>();
        services.AddSingleton<TenantLife>();
        services.AddSingleton<Placement>();
        services.AddSingleton<Claims>();
        services.AddSingleton<TenantOnboarding>();
        services.AddSingleton<TenantPromotion>();
        services.AddSingleton<SharedRealmFinder>();
        services.AddSingleton<SharedRealmMaking>();
        services.AddSingleton<SharedAccountDesk>();
        services.AddSingleton<ClientGrantDesk>();
        services.AddSingleton<ClientOwners>();
        services.AddSingleton<ClientDesk>();
        services.AddSingleton<UserDesk>();
        services.AddSingleton<ImportClaims>();
        services.AddSingleton<ImportActivation>();
        services.AddSingleton<TenantImport>();
        services.AddSingleton<UserImport>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<CellRegistry>();
        services.AddSingleton<CellCounts>();
        services.AddSingleton<UserPoolRegistry>();
        services.AddSingleton<UserPoolTenants>();
        services.AddSingleton<CellClient>();
        services.AddSingleton<Provisioning>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<Making>();
        services.AddSingleton<CellMoves>();
        services.AddSingleton<MoveJournal>();
        services.AddSingleton<MoveCopy>();
        services.AddSingleton<MoveSteps>();
        services.AddSingleton<MoveRun>();
        services.AddSingleton<MoveDesk>();
        services.AddSingleton<DrainDesk>();
        services.AddSingleton<Draining>();
        services.AddSingleton<CellLoss>();
        services.AddSingleton<CellStatements>();
        services.AddSingleton<CellNotices>();
        services.AddSingleton<PolicyDesk>();
        services.AddSingleton<PolicyBoard>();
        services.AddSingleton<Forgetting>();
        services.AddHostedService<DutyWorker>();
        services.AddHostedService<MoveWorker>();
        services.AddHostedService<DrainWorker>();
    }

    private static void MapOwn(WebApplication app)
    {
        app.MapGet("/health", () => TypedResults.Ok(new Health("ok")))
            .AllowAnonymousBecause("Says only that the process answers.")
            .WithTags("Own")
            .WithSummary("Whether the control plane answers.");
        app.MapOpenApi("/openapi/{documentName}.json")
            .AllowAnonymousBecause("The description of this API holds nothing of any tenant.");
    }

    internal sealed record Health(string Status);
}
