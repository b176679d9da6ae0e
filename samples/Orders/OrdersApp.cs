using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Page;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Profiles;
using Tessera.AspNetCore.Work;
using Tessera.Postgres.Tenants;

namespace Orders;

/// <summary>The sample: an API whose every row belongs to a tenant, and a page that signs people in to use it.</summary>
public static class OrdersApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseUrls(builder.Configuration["Orders:Listen"] ?? "http://127.0.0.1:8410");
        builder.Services.AddOptions<OrdersOptions>().BindConfiguration("Orders").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddTessera(builder.Configuration.GetSection("Tessera"));
        builder.Services.AddHostedService<OrdersSchema>();
        builder.Services.AddTenantDatabase(builder.Configuration["Orders:Postgres"] ?? "");
        builder.Services.AddTesseraProfiles(Roles);
        builder.Services.AddTenantWork();
        builder.AddPage();

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
}
