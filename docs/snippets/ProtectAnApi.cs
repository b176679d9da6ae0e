using Microsoft.AspNetCore.Builder;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Declarations;
using Tessera.Postgres.Tenants;

namespace Snippets;

internal static class ProtectAnApi
{
    public static void Protect(string[] args)
    {
        #region protect
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddTessera(builder.Configuration.GetSection("Tessera"));

        var app = builder.Build();
        app.UseAuthentication();
        app.UseTessera();          // sets the tenant once, from the verified token; refuses any other mention of one
        app.UseAuthorization();
        app.MapGet("/tenant", (TenantScope scope) => scope.Tenant).RequireTenant();
        app.Run();
        #endregion
    }

    public static void Query(WebApplicationBuilder builder, WebApplication app, string connectionString)
    {
        #region query
        builder.Services.AddTenantDatabase(connectionString); // of a role that owns nothing; the host does not start otherwise

        app.MapGet("/notes", (TenantDatabase db, CancellationToken stop) =>
            db.QueryAsync(new("SELECT body FROM notes"), row => row.GetString(0), stop)).RequireTenant();
        #endregion
    }
}
