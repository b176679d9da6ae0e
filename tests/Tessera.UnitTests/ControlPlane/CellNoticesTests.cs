using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Revocations;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>What a cell may tell the directory about tokens that are no longer good, and what it may not.</summary>
public sealed class CellNoticesTests
{
    private static readonly string Session = Guid.NewGuid().ToString();

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_ended_session_grant_and_person_are_told_in_the_feed_once(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var tenant = Parse(await control.TenantAsync("acme"));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var grant = Guid.NewGuid().ToString();
        RevocationNotice[] notices = [new(tenant, "ada", now, Session), new(tenant, "ada", now, Grant: grant), new(tenant, "ada", now)];
        var before = (await control.FeedAsync()).Revision;

        Assert.Equal(HttpStatusCode.NoContent, (await TellAsync(control, cell, notices)).Status);

        var page = await control.FeedAsync(before);
        Assert.Equal(before + 1, page.Revision);
        var ends = now + 7200;
        Assert.Equal(
            new[] { new RevocationEntry(tenant, "ada", ends, ends, Session), new RevocationEntry(tenant, "ada", ends, ends, Grant: grant), new RevocationEntry(tenant, "ada", now, ends) }.ToHashSet(),
            page.Revocations.ToHashSet());
        var audit = (await control.GetAsync("/audit?limit=200")).Body!["entries"]!.AsArray()[^1]!;
        Assert.Equal(("cell:eu-1", "cell.revocations", "eu-1"), ((string)audit["actor"]!, (string)audit["action"]!, (string)audit["subject"]!));

        // Told again, whether by a cell that did not hear the answer or by somebody who listened, it is nothing new.
        Assert.Equal(HttpStatusCode.NoContent, (await TellAsync(control, cell, notices)).Status);
        Assert.Equal(before + 1, (await control.FeedAsync()).Revision);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_ends_nobodys_session_in_another_cell(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var (eu, us) = (await control.JoinAsync(), await control.JoinAsync("us-1", "us-east-1"));
        await control.SharedRealmAsync();
        var (own, shared) = (Parse(await InAsync(control, "acme", "eu-1")), Parse(await control.SharedTenantAsync("initech")));
        var elsewhere = Parse(await InAsync(control, "globex", "us-1"));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        RevocationNotice[] all = [.. new[] { own, shared, elsewhere, TenantId.New() }.Select(tenant => new RevocationNotice(tenant, "ada", now, Session))];

        Assert.Equal(HttpStatusCode.NoContent, (await TellAsync(control, us, all)).Status);
        Assert.Equal([elsewhere], (await control.FeedAsync()).Revocations.Select(entry => entry.TenantId));
        Assert.Equal(HttpStatusCode.NoContent, (await TellAsync(control, eu, all)).Status);
        Assert.Equal(new[] { elsewhere, own, shared }.ToHashSet(), (await control.FeedAsync()).Revocations.Select(entry => entry.TenantId).ToHashSet());
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_statement_is_the_cells_own_for_this_control_plane_and_of_a_moment_ago_or_nothing(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var (eu, us) = (await control.JoinAsync(), await control.JoinAsync("us-1", "us-east-1"));
        var tenant = Parse(await InAsync(control, "acme", "eu-1"));
        await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "eu-2", region = "eu-central-1" });
        Assert.True(CellId.TryParse("eu-2", out var invited));
        var now = DateTimeOffset.UtcNow;
        var good = new CellStatement(eu.Id, eu.ControlKey!.Kid, now.ToUnixTimeSeconds(), [new(tenant, "ada", now.ToUnixTimeSeconds(), Session)]);
        using var stranger = IdentityKey.Create();
        (string What, string Path, string Statement)[] refused =
        [
            ("a stranger's", "eu-1", good.Sign(stranger)),
            ("another cell's", "eu-1", good.Sign(us.Identity)),
            ("in another's name", "us-1", good.Sign(us.Identity)),
            ("in another's place", "us-1", good.Sign(eu.Identity)),
            ("of a cell that has not joined", "eu-2", (good with { Cell = invited }).Sign(eu.Identity)),
            ("of no cell", "nowhere", good.Sign(eu.Identity)),
            ("of no id", "Not an id", good.Sign(eu.Identity)),
            ("to another control plane", "eu-1", (good with { Audience = stranger.Public.Kid }).Sign(eu.Identity)),
            ("old", "eu-1", (good with { IssuedAt = now.AddMinutes(-6).ToUnixTimeSeconds() }).Sign(eu.Identity)),
            ("from the future", "eu-1", (good with { IssuedAt = now.AddMinutes(6).ToUnixTimeSeconds() }).Sign(eu.Identity)),
            ("from the end of time", "eu-1", (good with { IssuedAt = long.MinValue }).Sign(eu.Identity)),
            ("without bound", "eu-1", (good with { Revocations = [.. Enumerable.Repeat(good.Revocations[0], CellStatement.Most + 1)] }).Sign(eu.Identity)),
            ("of another kind", "eu-1", CompactJws.Sign(eu.Identity, "tessera-service+jwt", "{}"u8)),
            ("empty", "eu-1", CompactJws.Sign(eu.Identity, CellStatement.MediaType, "{}"u8)),
            ("none", "eu-1", ""),
        ];
        var heard = new List<string>();
        foreach (var (what, path, statement) in refused)
        {
            if (await SendAsync(control, path, statement) is not { Status: HttpStatusCode.Unauthorized, Code: "cell_statement_refused" })
            {
                heard.Add(what);
            }
        }

        Assert.Empty(heard);

        Assert.Equal(HttpStatusCode.BadRequest, (await control.SendAsync(HttpMethod.Post, "/cells/eu-1/revocations", new { }, key: "")).Status);
        Assert.Empty((await control.FeedAsync()).Revocations);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(control, "eu-1", good.Sign(eu.Identity))).Status);
        Assert.Single((await control.FeedAsync()).Revocations);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_is_over_or_cannot_be_read_is_left_out_and_the_rest_is_told(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var tenant = Parse(await control.TenantAsync("acme"));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.Equal(HttpStatusCode.NoContent, (await TellAsync(control, cell,
            new(tenant, "over", now - 7300, Session),
            new(tenant, "", now, Session),
            new(tenant, new string('a', 129), now, Session),
            new(tenant, "odd", now, "no id"),
            new(tenant, "odd", now, Grant: "no id"),
            new(tenant, "both", now, Session, Session),
            new(tenant, "ahead", now + 1_000_000),
            new(tenant, "good", now, Session))).Status);
        var told = (await control.FeedAsync()).Revocations.ToDictionary(entry => entry.Subject);
        Assert.Equal(["ahead", "good"], told.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(told["ahead"].IssuedUpTo, now + 59, now + 80); // or one wrong clock would lock a person out
    }

    [Fact]
    public async Task A_cell_fills_the_directory_with_so_many_revocations_and_no_more()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        var cell = await control.JoinAsync();
        var tenant = Parse(await control.TenantAsync("acme"));
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await control.Services.GetRequiredService<DirectoryStore>().ChangeAsync<int>(DirectoryScope.All, new AuditEntry("test", "fill", "acme"), change =>
        {
            change.Db.ChangeTracker.AutoDetectChangesEnabled = false;
            change.Db.Revocations.AddRange(Enumerable.Range(0, CellNotices.MostOfCell - 1).Select(i => new RevocationRow
            {
                TenantId = tenant, Subject = $"{i}", Session = "", Grant = "", IssuedUpTo = now, ForgetAfter = now + 7200, Revision = change.Revision,
            }));
            return Task.FromResult<Tessera.ControlPlane.Outcome<int>>(0);
        }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, (await TellAsync(control, cell, new RevocationNotice(tenant, "last", now))).Status);
        var full = await TellAsync(control, cell, new RevocationNotice(tenant, "too many", now));
        Assert.Equal((HttpStatusCode.TooManyRequests, "revocations_full"), (full.Status, full.Code));
    }

    private static Task<Answer> TellAsync(ControlHost control, TestCell cell, params RevocationNotice[] notices) => SendAsync(
        control, cell.Id.Value, new CellStatement(cell.Id, cell.ControlKey!.Kid, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), notices).Sign(cell.Identity));

    private static Task<Answer> SendAsync(ControlHost control, string cell, string statement) =>
        control.SendAsync(HttpMethod.Post, $"/cells/{Uri.EscapeDataString(cell)}/revocations", new { statement }, key: "");

    private static async Task<string> InAsync(ControlHost control, string slug, string cell)
    {
        var request = ControlHost.Onboarding(slug);
        request["cell"] = cell;
        return (string)(await control.SendAsync(HttpMethod.Post, "/tenants", request)).Body!["tenant"]!["tenant_id"]!;
    }

    private static TenantId Parse(string id) => TenantId.TryParse(id, out var tenant) ? tenant : throw new FormatException(id);
}
