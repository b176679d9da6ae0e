using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orders;
using Tessera.AspNetCore.Profiles;
using Tessera.Contracts.Ids;
using Tessera.Databases;
using Tessera.Postgres.Tenants;

namespace Tessera.Demo;

/// <summary>
/// Gives every tenant's administrator the role manager in Orders, and the others and the machines theirs. The first manager
/// of a tenant comes out of code: over HTTP one would have to be one already.
/// </summary>
internal static class ProfileSeed
{
    public static async Task GiveAsync(DatabaseAccess database, DemoFile demo, CancellationToken stop)
    {
        await using var services = new ServiceCollection()
            .AddSingleton(_ => NpgsqlDataSource.Create(database.Runtime))
            .AddTesseraProfiles(OrdersApp.Roles)
            .BuildServiceProvider();
        foreach (var tenant in demo.Tenants)
        {
            await using var scope = services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<TenantScope>().Set(TenantId.TryParse(tenant.TenantId, out var id) ? id : throw new Fault($"'{tenant.TenantId}' is no tenant."));
            var profiles = scope.ServiceProvider.GetRequiredService<TenantProfiles>();
            var administrator = DemoPlan.All.Single(plan => plan.Slug == tenant.Slug).Administrator;
            foreach (var user in demo.Users.Where(user => user.Tenant == tenant.Slug))
            {
                await GiveAsync(profiles, user.Sub, user.Username == administrator ? "manager" : "clerk", stop);
            }

            await GiveAsync(profiles, tenant.MachineClientId, "clerk", stop);
        }
    }

    // What somebody has changed since stays as it is.
    private static async Task GiveAsync(TenantProfiles profiles, string sub, string role, CancellationToken stop)
    {
        if (await profiles.FindAsync(sub, stop) is null && await profiles.PutAsync(sub, new ProfileSpec { Roles = [role] }, stop) is ProfileResult<Profile>.Refused(var error))
        {
            throw new Fault($"The demo's profiles are refused: {error.Message}");
        }
    }
}
