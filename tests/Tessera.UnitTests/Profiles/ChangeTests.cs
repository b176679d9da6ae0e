using System.Diagnostics;
using Npgsql;
using Tessera.AspNetCore.Profiles;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.Profiles;

/// <summary>A permission that was taken away is refused: here at once, at the other instance soon after, also when it hears nothing. How soon is printed; the bounds are the cache's.</summary>
public sealed class ChangeTests(ProfilesHost host, ITestOutputHelper output) : IClassFixture<ProfilesHost>
{
    [Fact]
    public async Task It_is_refused_here_at_once_and_elsewhere_soon_after()
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        var slowest = TimeSpan.Zero;
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var sub = await host.SomebodyAsync(host.Acme, "clerk");
            Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, sub, "/write"));
            Assert.Equal(200, await host.StatusAsync(host.Other, host.Acme, sub, "/write"));
            using var taken = await host.SendAsync(host.One, host.Acme, root, HttpMethod.Put, $"/profiles/subjects/{sub}", """{"roles":["reader"]}""", await TagAsync(root, sub));
            Assert.Equal(200, (int)taken.StatusCode);
            var since = Stopwatch.GetTimestamp();
            Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, sub, "/write"));
            slowest = await UntilRefusedAsync(sub, since) is var took && took > slowest ? took : slowest;
        }

        output.WriteLine($"refused at the other instance after at most {slowest.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task A_change_of_a_tenants_role_reaches_whoever_has_it()
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        using var made = await host.SendAsync(host.One, host.Acme, root, HttpMethod.Put, "/profiles/roles/packers", """{"permissions":["orders:write"]}""");
        Assert.Equal(200, (int)made.StatusCode);
        var sub = ProfilesHost.Stranger();
        await host.GiveAsync(host.Acme, sub, new ProfileSpec { TenantRoles = ["packers"] });
        Assert.Equal(200, await host.StatusAsync(host.Other, host.Acme, sub, "/write"));
        using var emptied = await host.SendAsync(host.One, host.Acme, root, HttpMethod.Put, "/profiles/roles/packers", """{"permissions":[]}""", made.Headers.ETag!.Tag);
        Assert.Equal(200, (int)emptied.StatusCode);
        var since = Stopwatch.GetTimestamp();
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, sub, "/write"));
        output.WriteLine($"and at the other instance after {(await UntilRefusedAsync(sub, since)).TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task It_is_refused_by_an_instance_whose_listening_connection_is_cut_off_again_and_again()
    {
        using var stop = new CancellationTokenSource();
        var cutting = CutAsync(stop.Token);
        var root = await host.SomebodyAsync(host.Acme, "root");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var sub = await host.SomebodyAsync(host.Acme, "clerk");
            Assert.Equal(200, await host.StatusAsync(host.Other, host.Acme, sub, "/write"));
            using var taken = await host.SendAsync(host.One, host.Acme, root, HttpMethod.Delete, $"/profiles/subjects/{sub}", match: await TagAsync(root, sub));
            Assert.Equal(204, (int)taken.StatusCode);
            output.WriteLine($"refused by the deaf instance after {(await UntilRefusedAsync(sub, Stopwatch.GetTimestamp())).TotalMilliseconds:0} ms");
        }

        await stop.CancelAsync();
        await cutting;
    }

    [Fact]
    public async Task A_notice_says_which_tenant_and_nothing_of_its_people()
    {
        await using var connection = await host.Database.Superuser.OpenConnectionAsync();
        var told = new List<string>();
        connection.Notification += (_, notice) => told.Add(notice.Payload);
        await new NpgsqlCommand("LISTEN tessera_profiles", connection).ExecuteNonQueryAsync();
        await host.SomebodyAsync(host.Globex, "clerk");
        await connection.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.All(told, payload => Assert.Contains(payload, new[] { host.Globex.TenantId.ToString(), host.Acme.TenantId.ToString() }));
        Assert.Contains(host.Globex.TenantId.ToString(), told);
        await new NpgsqlCommand("UNLISTEN *", connection).ExecuteNonQueryAsync();
    }

    private async Task<TimeSpan> UntilRefusedAsync(string sub, long since)
    {
        while (await host.StatusAsync(host.Other, host.Acme, sub, "/write") == 200)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(20), "It is never refused.");
            await Task.Delay(5);
        }

        return Stopwatch.GetElapsedTime(since);
    }

    private async Task<string> TagAsync(string reader, string sub)
    {
        using var response = await host.SendAsync(host.One, host.Acme, reader, HttpMethod.Get, $"/profiles/subjects/{sub}");
        return response.Headers.ETag!.Tag;
    }

    private async Task CutAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await TestDatabase.ExecuteAsync(host.Database.Superuser, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'tessera_profiles_[0-9a-f]{32}'");
            await Task.Delay(100, CancellationToken.None);
        }
    }
}
