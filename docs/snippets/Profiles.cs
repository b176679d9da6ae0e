using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.Postgres.Tenants;

namespace Snippets;

/// <summary>docs/profiles.md.</summary>
internal static class Profiles
{
    public static void Catalogue(WebApplicationBuilder builder, string connectionString)
    {
        #region catalogue
        builder.Services.AddTesseraProfiles(profiles => profiles
            .Permission("orders:read", "See orders")
            .Permission("orders:write", "Place orders")
            .Role("clerk", "orders:read", "orders:write")
            .Role("manager", "orders:read", "orders:write", ProfilePermissions.Manage));
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connectionString));
        #endregion
    }

    public static string Schema(string runtimeRole)
    {
        #region schema
        var tables = ProfileSchema.Create(runtimeRole);   // SQL: two tables, forced policies, the runtime role's grants
        #endregion
        return tables;
    }

    public static async Task FirstManagerAsync(AsyncServiceScope scope, Tessera.Contracts.Ids.TenantId tenant, string administratorSub)
    {
        #region first-manager
        scope.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant);
        var profiles = scope.ServiceProvider.GetRequiredService<TenantProfiles>();
        await profiles.PutAsync(administratorSub, new ProfileSpec { Roles = ["manager"] });
        #endregion
    }

    public static void Manage(WebApplication app)
    {
        #region manage
        app.MapTesseraProfiles("/profiles");
        #endregion
    }
}
