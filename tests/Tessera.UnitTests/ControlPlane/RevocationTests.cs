using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Feed;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

public sealed class RevocationTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Disabling_a_new_password_and_removal_are_told_in_the_feed_with_the_audit_row(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var tenant = await control.TenantAsync("acme");
        var users = $"/tenants/{tenant}/users";
        async Task<string> MakeAsync(string name) =>
            (string)(await control.SendAsync(HttpMethod.Post, users, new { username = name, password = "correct horse" })).Body!["sub"]!;
        var (disabled, reset, removed, untouched) = (await MakeAsync("a"), await MakeAsync("b"), await MakeAsync("c"), await MakeAsync("d"));
        Assert.Empty((await control.FeedAsync()).Revocations);

        await control.SendAsync(HttpMethod.Patch, $"{users}/{disabled}", new { enabled = false });
        await control.SendAsync(HttpMethod.Patch, $"{users}/{reset}", new { password = "another horse" });
        await control.SendAsync(HttpMethod.Delete, $"{users}/{removed}");
        await control.SendAsync(HttpMethod.Patch, $"{users}/{untouched}", new { enabled = true });

        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var told = (await control.FeedAsync()).Revocations;
        Assert.Equal([disabled, reset, removed], told.Select(entry => entry.Subject));
        Assert.All(told, entry =>
        {
            Assert.Equal(tenant, entry.TenantId.ToString());
            Assert.InRange(entry.IssuedUpTo, now - 20, now + 1);
            Assert.Equal(entry.IssuedUpTo + 7200, entry.ForgetAfter);
        });
        var audit = (await control.GetAsync("/audit?limit=200")).Body!["entries"]!.AsArray();
        Assert.Equal(
            [("user.change", disabled), ("user.change", reset), ("user.delete", removed), ("user.change", untouched)],
            audit.TakeLast(4).Select(entry => ((string)entry!["action"]!, (string)entry["subject"]!)));
        var revision = (long)audit[^2]!["revision"]!;
        Assert.Equal(removed, Assert.Single((await control.FeedAsync(revision - 1)).Revocations).Subject); // in the same change
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_second_revocation_takes_the_first_ones_place_and_old_ones_are_forgotten(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var tenant = await control.TenantAsync("acme");
        var users = $"/tenants/{tenant}/users";
        var page = (await control.GetAsync(users)).Body!["accounts"]!.AsArray();
        var ada = (string)page[0]!["sub"]!;
        await control.SendAsync(HttpMethod.Patch, $"{users}/{ada}", new { enabled = false });
        var first = Assert.Single((await control.FeedAsync()).Revocations);

        await control.RestartAsync(TimeSpan.FromMinutes(30));
        await control.SendAsync(HttpMethod.Patch, $"{users}/{ada}", new { enabled = false });
        var second = Assert.Single((await control.FeedAsync()).Revocations);
        Assert.True(second.IssuedUpTo > first.IssuedUpTo + 1700);

        await control.RestartAsync(TimeSpan.FromMinutes(30) + TimeSpan.FromHours(2.1));
        Assert.Empty((await control.FeedAsync()).Revocations); // over, and so not told any more
        await control.RestartAsync(TimeSpan.FromHours(4));
        await ControlHost.EventuallyAsync(async () =>
            (await control.GetAsync("/audit?limit=200")).Body!["entries"]!.AsArray().Any(entry => (string)entry!["action"]! == "revocations.forget"));
        Assert.Equal(0, await CountAsync(control));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_change_to_a_shared_account_is_revoked_in_every_tenant_it_is_a_member_of_and_no_other(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var accounts = $"/shared-realms/{(await control.SharedRealmAsync())["realm"]}/accounts";
        var (initech, hooli) = (await control.SharedTenantAsync("initech"), await control.SharedTenantAsync("hooli"));
        var elsewhere = await control.SharedTenantAsync("nakatomi");
        var sam = (string)(await control.SendAsync(HttpMethod.Post, $"/tenants/{initech}/users", new { username = "sam", password = "correct horse" })).Body!["sub"]!;
        await control.SendAsync(HttpMethod.Post, $"/tenants/{hooli}/users", new { username = "sam" });

        Assert.Equal(2, (await control.GetAsync($"{accounts}?limit=10")).Body!["accounts"]!.AsArray().Count);
        Assert.Equal(2, (await control.GetAsync($"{accounts}/{sam}")).Body!["tenants"]!.AsArray().Count);
        var changed = await control.SendAsync(HttpMethod.Patch, $"{accounts}/{sam}", new { password = "another horse" });

        Assert.Equal(HttpStatusCode.OK, changed.Status);
        var told = (await control.FeedAsync()).Revocations;
        Assert.Equal(new[] { initech, hooli }.Order(), told.Select(entry => entry.TenantId.ToString()).Order());
        Assert.All(told, entry => Assert.Equal(sam, entry.Subject));
        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"{accounts}/{sam}")).Status);
        Assert.Equal("user_not_found", (await control.GetAsync($"{accounts}/{sam}")).Code);
        Assert.DoesNotContain(elsewhere, (await control.FeedAsync()).Revocations.Select(entry => entry.TenantId.ToString()));
        Assert.DoesNotContain(cell.Members.Keys, key => key.Sub.ToString() == sam);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_is_told_together_fits_a_page_and_pages_lose_none(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var directory = control.Services.GetRequiredService<DirectoryStore>();
        var cancellation = TestContext.Current.CancellationToken;
        var tenants = Enumerable.Range(0, Revoking.Most).Select(_ => TenantId.New()).ToList();
        foreach (var person in new[] { "a", "b", "c" })
        {
            await directory.ChangeAsync<int>(DirectoryScope.All, new AuditEntry("test", "revoke", person), async change =>
            {
                await change.RevokeAsync(tenants, person, change.Now, cancellation);
                return 0;
            }, cancellation);
        }

        Assert.True(tenants.Count * 3 > FeedReader.PageSize);
        var seen = new List<RevocationEntry>();
        var page = await control.FeedAsync();
        seen.AddRange(page.Revocations);
        while (page.HasMore)
        {
            page = await control.FeedAsync(page.Revision);
            seen.AddRange(page.Revocations);
        }

        Assert.Equal(tenants.Count * 3, seen.Distinct().Count());
        Assert.Equal(tenants.Count * 3, seen.Count);
        await Assert.ThrowsAsync<ArgumentException>(() => directory.ChangeAsync<int>(DirectoryScope.All, new AuditEntry("test", "revoke", "d"), async change =>
        {
            await change.RevokeAsync([.. tenants, TenantId.New()], "d", change.Now, cancellation);
            return 0;
        }, cancellation));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_instant_is_rounded_up_to_the_second_and_never_lies_far_ahead(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var directory = control.Services.GetRequiredService<DirectoryStore>();
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await directory.ChangeAsync<int>(DirectoryScope.All, new AuditEntry("test", "revoke", "x"), async change =>
        {
            await change.RevokeAsync([TenantId.New()], "whole", now, default);
            await change.RevokeAsync([TenantId.New()], "part", now.AddTicks(1), default);
            await change.RevokeAsync([TenantId.New()], "ahead", now.AddYears(5), default);
            return 0;
        }, TestContext.Current.CancellationToken);

        var told = (await control.FeedAsync()).Revocations.ToDictionary(entry => entry.Subject, entry => entry.IssuedUpTo - now.ToUnixTimeSeconds());
        Assert.Equal((0, 1), (told["whole"], told["part"]));
        Assert.InRange(told["ahead"], 59, 70);
    }

    private static Task<int> CountAsync(ControlHost control) => control.Services.GetRequiredService<DirectoryStore>().ReadAsync(
        DirectoryScope.All, db => Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.CountAsync(db.Revocations), TestContext.Current.CancellationToken);
}
