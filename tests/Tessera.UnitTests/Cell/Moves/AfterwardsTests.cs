using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Moves;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>What is left of a move, for how long, and what it does for the realm's tokens. Cells of their own: their clocks are set forward.</summary>
public abstract class AfterwardsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_marker_stays_its_time_and_is_then_forgotten_with_all_that_was_left()
    {
        await using var eu = await StartAsync("eu-1");
        await using var us = await StartAsync("us-1");
        var move = await PlanAsync(eu, us);
        await move.BeginAsync();
        await move.CopyAllAsync();
        await move.CutOverAsync(); // never purged: the mover died
        Assert.Equal(0, await SweepAsync(eu));
        using (var marked = await move.Tenant.GetAsync(move.Tenant.SignIn))
        {
            Assert.Equal("us-1", marked.Headers.GetValues(MovedSpec.CellHeader).Single());
        }

        eu.Time.Forward(TimeSpan.FromHours(3));
        Assert.Equal(1, await SweepAsync(eu));
        using var gone = await move.Tenant.GetAsync(move.Tenant.SignIn);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, gone.StatusCode);
        Assert.False(gone.Headers.Contains(MovedSpec.CellHeader));
        await using var db = eu.Services.GetRequiredService<CellStore>().Open(RowsOf.Founding(move.Tenant.Realm));
        Assert.False(await db.Accounts.AnyAsync(Cancellation) || await db.Realms.AnyAsync(Cancellation) || await db.Audit.AnyAsync(Cancellation));
        await GoodAsync(move.MovedAsync()); // the mover wakes, and finds it done
        await GoodAsync(move.PurgeAsync());
        eu.Time.Forward(TimeSpan.FromDays(8));
        Assert.Equal(1, await SweepAsync(eu));
        Assert.False(await db.Moves.AnyAsync(Cancellation));
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task Sweeping_takes_no_realm_that_lives_there_or_has_come_back()
    {
        await using var eu = await StartAsync("eu-1");
        await using var us = await StartAsync("us-1");
        var move = await PlanAsync(eu, us);
        await move.RunAsync();
        var back = await TestMove.PlanAsync(move.There, us, eu, epoch: 2);
        await back.RunAsync();
        eu.Time.Forward(TimeSpan.FromDays(8));
        us.Time.Forward(TimeSpan.FromDays(8));
        Assert.True(await SweepAsync(eu) > 0);
        Assert.True(await SweepAsync(us) > 0);
        Assert.NotNull(await back.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_purge_leaves_no_row_and_no_secret_but_the_marker()
    {
        await using var eu = await StartAsync("eu-1");
        await using var us = await StartAsync("us-1");
        var move = await PlanAsync(eu, us);
        await move.Tenant.TokensAsync(CellTests.Ada, CellTests.AcmePassword);
        byte[] secret;
        await using (var before = eu.Services.GetRequiredService<CellStore>().Open(RowsOf.Founding(move.Tenant.Realm)))
        {
            secret = (await before.Realms.SingleAsync(Cancellation)).TicketSecret;
        }

        await move.RunAsync();
        await using var db = eu.Services.GetRequiredService<CellStore>().Open(RowsOf.Founding(move.Tenant.Realm));
        Assert.False(await db.Accounts.AnyAsync(Cancellation) || await db.Sessions.AnyAsync(Cancellation) || await db.Tokens.AnyAsync(Cancellation)
            || await db.Grants.AnyAsync(Cancellation) || await db.Clients.AnyAsync(Cancellation) || await db.Audit.AnyAsync(Cancellation));
        Assert.NotEqual(secret, (await db.Realms.SingleAsync(Cancellation)).TicketSecret);
    }

    [Fact]
    public async Task Former_keys_are_published_and_good_until_their_time_and_not_longer()
    {
        await using var eu = await StartAsync("eu-1");
        await using var us = await StartAsync("us-1");
        var move = await PlanAsync(eu, us);
        var before = await KeyIdsAsync(move.Tenant);
        var tokens = await move.Tenant.TokensAsync(CellTests.Ada, CellTests.AcmePassword);
        await move.RunAsync();
        var after = await KeyIdsAsync(move.There);
        Assert.Subset(after.ToHashSet(), before.ToHashSet());
        Assert.Equal(before.Length + 1, after.Length);
        await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword);

        // A token of the former pool signs nobody out where it is shown as a hint, and tells whose it was.
        using (var hinted = await move.There.GetAsync($"{move.Tenant.SignIn}/logout?id_token_hint={tokens.Id}&client_id={move.Tenant.Client.ClientId}"))
        {
            Assert.NotEqual(HttpStatusCode.BadRequest, hinted.StatusCode);
        }

        us.Time.Forward(TimeSpan.FromHours(1.5));
        Assert.Equal(after.Except(before), await KeyIdsAsync(move.There));
        using var expired = await move.There.GetAsync($"{move.Tenant.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, expired.StatusCode);
    }

    [Fact]
    public async Task Notices_that_had_not_been_told_are_told_by_the_target()
    {
        await using var eu = await StartAsync("eu-1");
        await using var us = await StartAsync("us-1");
        var move = await PlanAsync(eu, us);
        var tokens = await move.Tenant.TokensAsync(CellTests.Ada, CellTests.AcmePassword);
        var sub = Guid.Parse(Tokens.Claims(tokens.Access).GetProperty("sub").GetString()!);
        (await move.Tenant.ChangeAccountAsync(sub, new AccountChange(Enabled: false))).EnsureSuccessStatusCode(); // the control plane is away: the notice waits
        await move.BeginAsync();
        await move.CopyAllAsync();
        await using var db = us.Services.GetRequiredService<CellStore>().Open(RowsOf.Cell);
        Assert.False(await db.RevocationQueue.AnyAsync(row => row.Realm == move.Tenant.Realm.Value, Cancellation));
        await move.CutOverAsync();
        await using var there = us.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 2));
        var notices = await there.RevocationNotices.Select(row => row.NoticeId).ToListAsync(Cancellation);
        Assert.NotEmpty(notices);
        Assert.Equal(notices.Order(), (await db.RevocationQueue.Where(row => row.Realm == move.Tenant.Realm.Value).Select(row => row.NoticeId).ToListAsync(Cancellation)).Order());
    }

    [Fact]
    public async Task Within_one_cell_a_realm_changes_its_pool_and_nobody_signs_in_again()
    {
        await using var eu = await StartAsync("eu-1");
        var tenant = await eu.AddTenantAsync("grown");
        await tenant.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        var cookie = await tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword) ?? throw new InvalidOperationException();
        var tokens = await tenant.TokensAsync(cookie);
        var (pool, move) = (PoolId.New(), MoveId.New());
        var spec = new RepoolSpec(pool, 2, eu.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        await RefusedAsync("pool_not_found", RepoolAsync(eu, tenant, move, spec));
        (await eu.CallAsync(HttpMethod.Put, $"/cell/pools/{pool}", new PoolSpec(pool), WireJson.Default.PoolSpec, ServicePurpose.Provision, null)).EnsureSuccessStatusCode();
        await RefusedAsync("epoch_differs", RepoolAsync(eu, tenant, move, spec with { Epoch = 3 }));
        using (var foreign = await eu.CallAsync(HttpMethod.Post, MovePaths.Repool(tenant.Realm, move), spec, WireJson.Default.RepoolSpec, ServicePurpose.Move, TenantId.New()))
        {
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        }

        var standing = await ReadAsync(await GoodAsync(RepoolAsync(eu, tenant, move, spec)), eu, WireJson.Default.MoveStanding);
        Assert.Equal(("both", "active", 2L), (standing.Role, standing.State, standing.Epoch));
        await GoodAsync(RepoolAsync(eu, tenant, move, spec));
        await RefusedAsync("move_differs", RepoolAsync(eu, tenant, move, spec with { Epoch = 3 }));

        var fresh = await tenant.TokensAsync(cookie);
        Assert.NotEqual(Header(tokens.Access), Header(fresh.Access));
        using var person = await tenant.GetAsync($"{tenant.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.OK, person.StatusCode);
        using var refreshed = await tenant.RefreshAsync(tokens.Refresh!);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
    }

    protected abstract Task<CellHost> StartAsync(string id);

    private static async Task<TestMove> PlanAsync(CellHost eu, CellHost us)
    {
        var tenant = await eu.AddTenantAsync("acme");
        await tenant.AddAccountAsync(CellTests.Ada, CellTests.AcmePassword);
        return await TestMove.PlanAsync(tenant, eu, us, epoch: 1);
    }

    private static Task<HttpResponseMessage> RepoolAsync(CellHost cell, CellTenant tenant, MoveId move, RepoolSpec spec) =>
        cell.CallAsync(HttpMethod.Post, MovePaths.Repool(tenant.Realm, move), spec, WireJson.Default.RepoolSpec, ServicePurpose.Move, tenant.Id);

    private static Task<int> SweepAsync(CellHost cell) => cell.Services.GetRequiredService<MoveSweeper>().SweepDueAsync(Cancellation);

    private static string Header(string jwt) => jwt.Split('.')[0];

    private static async Task<string[]> KeyIdsAsync(CellTenant tenant)
    {
        using var response = await tenant.GetAsync($"{tenant.Issuer}/.well-known/jwks.json");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return [.. json.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }
}

public sealed class SqliteAfterwardsTests : AfterwardsTests
{
    protected override Task<CellHost> StartAsync(string id) => CellHost.StartAsync(null, null, $"--Cell:Id={id}");
}

public sealed class PostgresAfterwardsTests : AfterwardsTests
{
    protected override async Task<CellHost> StartAsync(string id)
    {
        var (runtime, owner) = await TestPostgres.CreateAsync();
        return await CellHost.StartAsync(runtime, owner, $"--Cell:Id={id}");
    }
}
