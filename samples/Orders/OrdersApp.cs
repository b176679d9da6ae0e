using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using Orders.Page;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Profiles;

namespace Orders;

/// <summary>The sample: an API whose every row belongs to a tenant, and a page that signs people in to use it.</summary>
public static class OrdersApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var options = builder.Configuration.GetSection("Orders").Get<OrdersOptions>() ?? new OrdersOptions();
        options.RouteApi = builder.Configuration["Tessera:RouteApi"];
        OrdersOptionsValidator.Demand(options);
        builder.WebHost.UseUrls(options.Listen);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // the folder below is the page's alone

        builder.Services.AddSingleton(options);
        builder.Services.AddTessera(builder.Configuration.GetSection("Tessera"));
        builder.Services.AddTesseraProfiles(Roles);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(options.Postgres));
        builder.Services.AddHostedService<OrdersSchema>();
        AddPage(builder);

        var app = builder.Build();
        app.UseAuthentication();
        app.UseTessera();
        app.UseAuthorization();
        app.MapGet("/health", () => new { status = "ok" }).AllowAnonymous();
        app.MapOrders();
        app.MapTesseraProfiles("/profiles");
        app.MapPage();
        return app;
    }

    /// <summary>Who may do what. People and machines of a tenant are clerks until the tenant says otherwise.</summary>
    public static void Roles(ProfilesOptions profiles)
    {
        profiles.Permission("orders:read", "See orders").Permission("orders:write", "Place orders")
            .Role("reader", "orders:read").Role("clerk", "orders:read", "orders:write")
            .Role("manager", "orders:read", "orders:write", ProfilePermissions.Manage);
        profiles.DefaultRole = profiles.DefaultMachineRole = "clerk";
    }

    private static void AddPage(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication().AddCookie(options =>
        {
            options.Cookie.Name = "orders-page";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = TimeSpan.FromHours(1);
            options.SlidingExpiration = false;
        });
        builder.Services.AddDataProtection().SetApplicationName("orders")
            .PersistKeysToFileSystem(PrivateFolder(Path.Combine(builder.Configuration["Tessera:Data"]!, "page-keys")));
        builder.Services.AddHttpClient<TesseraSignIn>();
    }

    private static DirectoryInfo PrivateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
