using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Tessera.Cell.Accounts;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.BackChannel;
using Tessera.Cell.Clients;
using Tessera.Cell.Control;
using Tessera.Cell.Cors;
using Tessera.Cell.Device;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Imports;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Cell.Limits;
using Tessera.Cell.Memberships;
using Tessera.Cell.Moves;
using Tessera.Cell.Pages;
using Tessera.Cell.Passwords;
using Tessera.Cell.Policies;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Tessera.Cell.Revocations;
using Tessera.Cell.Sessions;
using Tessera.Cell.SignIn;
using Tessera.Cell.SignOut;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens;

namespace Tessera.Cell;

/// <summary>The identity engine of one cell, from its options to its routes.</summary>
public static class CellApp
{
    public static WebApplication Build(string[] args) => Build(args, TimeProvider.System);

    internal static WebApplication Build(string[] args, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton<IValidateOptions<CellOptions>, CellOptionsValidator>();
        builder.Services.AddOptions<CellOptions>().BindConfiguration("Cell").PostConfigure(cell => cell.TrustThisMachineUnlessTold()).ValidateOnStart();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("OpenIddict", LogLevel.Warning); // theirs would log who signs in
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);

        builder.Services.AddSingleton(time);
        builder.Services.AddDataProtection().AddKeyManagementOptions(keys => keys.XmlRepository = new NoKeyRing());
        builder.Services.AddMemoryCache();
        builder.Services.AddHttpContextAccessor();
        AddCell(builder.Services);
        AddRealm(builder.Services);
        builder.Services.AddProtocol();

        var app = builder.Build();
        app.UseMiddleware<BadRequests>();
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<StoreRoom>();
        app.UseMiddleware<EnterRealm>();
        app.UseMiddleware<CrossOrigin>();
        app.UseMiddleware<ErrorPages>();
        app.UseRouting();
        app.UseMiddleware<KeepToDoor>();
        app.UseAuthentication();

        app.MapHealth();
        app.MapAuthorize();
        app.MapSignIn();
        app.MapChooseTenant();
        app.MapSignOut();
        app.MapDevice();
        app.MapHome();
        app.MapAssets();
        app.MapPools();
        app.MapRealms();
        app.MapSharedTenants();
        app.MapMembers();
        app.MapClients();
        app.MapAccounts();
        app.MapImports();
        app.MapMoves();
        return app;
    }

    // What the process has one of.
    private static void AddCell(IServiceCollection services)
    {
        services.AddSingleton(provider => CellKeys.LoadOrCreate(provider.GetRequiredService<IOptions<CellOptions>>().Value.Data));
        services.AddSingleton<CellMembership>();
        services.AddSingleton<PasswordWorkers>();
        services.AddSingleton<PoolKeyrings>();
        services.AddSingleton<RealmGates>();
        services.AddSingleton<RealmLookup>();
        services.AddSingleton<ClientCache>();
        services.AddSingleton<RealmEraser>();
        services.AddSingleton<RealmFounder>();
        services.AddSingleton<AccountImporter>();
        services.AddSingleton<HashingTurn>();
        services.AddCellStore();
        services.AddMoves();
        services.AddHostedService<JoinAtStart>();
        services.AddSingleton<UserCodeLimit>();
        services.AddSingleton<OutsideClient>();
        services.AddSingleton<LogoutSender>().AddHostedService(provider => provider.GetRequiredService<LogoutSender>());
        services.AddSingleton<Bell>();
        services.AddSingleton<ToControlPlane>();
        services.AddSingleton<CellPolicy>();
        services.AddHostedService<PolicyFollower>();
        services.AddSingleton<RevocationSender>().AddHostedService(provider => provider.GetRequiredService<RevocationSender>());
        services.AddSingleton<RealmSweeper>().AddHostedService(provider => provider.GetRequiredService<RealmSweeper>());
        services.AddSingleton<BadRequests>().AddSingleton<SecurityHeaders>().AddSingleton<EnterRealm>().AddSingleton<CrossOrigin>().AddSingleton<ErrorPages>().AddSingleton<KeepToDoor>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<CellOptions>>(TrustRouters);
    }

    // What a request has one of, once its realm is known.
    private static void AddRealm(IServiceCollection services) => services
        .AddScoped<RealmScope>()
        .AddScoped<PendingAudit>()
        .AddScoped<AuditTrail>()
        .AddScoped<AccountLookup>()
        .AddScoped<AccountBook>()
        .AddScoped<ClientLookup>()
        .AddScoped<ClientWriter>()
        .AddScoped<SessionBook>()
        .AddScoped<GrantBook>()
        .AddScoped<LogoutNotices>()
        .AddScoped<RevocationNotices>()
        .AddScoped<ClientOrigins>()
        .AddScoped<UserCodes>()
        .AddScoped<DeviceDecision>()
        .AddScoped<HashRenewal>()
        .AddScoped(provider => new Lazy<GrantBook>(provider.GetRequiredService<GrantBook>))
        .AddScoped<PasswordSignIn>()
        .AddScoped<PlaceLookup>()
        .AddScoped<TenantChooser>()
        .AddScoped<PersonLookup>()
        .AddScoped<ClientTenant>()
        .AddScoped<SharedTenantBook>()
        .AddScoped<MemberBook>()
        .AddScoped<NewMember>()
        .AddScoped<Fork>();

    private static void Listen(WebHostBuilderContext context, KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BadRequests.MaxBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        var listen = new Uri(context.Configuration["Cell:Listen"] ?? new CellOptions().Listen);
        kestrel.Listen(System.Net.IPAddress.Parse(listen.DnsSafeHost), listen.Port);
    }

    private static void TrustRouters(ForwardedHeadersOptions forwarded, IOptions<CellOptions> options)
    {
        // Never the forwarded host: the router keeps the original one. Both known lists empty would mean everyone.
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.ForwardLimit = 1;
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var proxy in options.Value.TrustedProxies)
        {
            forwarded.KnownProxies.Add(System.Net.IPAddress.Parse(proxy));
        }
    }
}
