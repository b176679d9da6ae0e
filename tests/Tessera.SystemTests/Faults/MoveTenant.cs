using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>Moves a tenant by the admin API and waits for how it ends.</summary>
internal static class MoveTenant
{
    public static readonly string[] There = ["announced", "purging", "purged"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>To the cell, and nothing else will do; the tenant may move again.</summary>
    public static async Task ToAsync(Deployment at, DemoTenant tenant, string cell)
    {
        var move = await BeginAsync(at, tenant, cell);
        var ended = await EndAsync(at, move);
        Assert.Contains(ended.GetProperty("state").GetString(), There);
        var until = DateTimeOffset.UtcNow + Patience;
        while (await StateAsync(at, move) == "announced")
        {
            Assert.True(DateTimeOffset.UtcNow < until, "The source does not come to point to the target.");
            await Task.Delay(50);
        }
    }

    public static async Task<string> BeginAsync(Deployment at, DemoTenant tenant, string cell)
    {
        var (status, planned) = await at.Admin.PostAsync($"/tenants/{tenant.TenantId}/moves", new { to = cell });
        Assert.True(status == HttpStatusCode.Accepted, $"{(int)status} {planned}");
        return planned.GetProperty("move_id").GetString()!;
    }

    public static async Task<string> StateAsync(Deployment at, string move) =>
        (await at.Admin.GetAsync($"/moves/{move}")).Body.GetProperty("state").GetString()!;

    /// <summary>The move once the tenant is there, or back.</summary>
    public static async Task<JsonElement> EndAsync(Deployment at, string move)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            var (_, told) = await at.Admin.GetAsync($"/moves/{move}");
            if (told.GetProperty("state").GetString() is "rolled_back" or "announced" or "purging" or "purged")
            {
                return told;
            }

            Assert.True(DateTimeOffset.UtcNow < until, $"The move neither completes nor rolls back: {told}");
            await Task.Delay(50);
        }
    }
}
