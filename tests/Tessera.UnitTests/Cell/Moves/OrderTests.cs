using System.Net;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>A step out of order, of another move or of a mover that has slept does nothing.</summary>
public abstract class OrderTests(TwoCells cells)
{
    [Fact]
    public async Task Nothing_is_told_or_done_of_a_move_that_was_not_begun()
    {
        var move = await cells.PlanAsync();
        await RefusedAsync("move_not_found", move.RowsAsync(new RowsRequest("accounts")));
        await RefusedAsync("move_not_found", move.SourceDigestAsync());
        await RefusedAsync("move_not_found", move.FenceAsync());
        await RefusedAsync("move_not_found", move.MovedAsync());
        await RefusedAsync("move_not_found", move.TakeAsync([]));
        await RefusedAsync("move_not_found", move.TargetDigestAsync());
        await RefusedAsync("move_not_found", move.ActivateAsync(new MoveDigest(move.Id, move.Source.Id, [])));
        await RefusedAsync("move_not_found", move.StandAsync(move.Source));
        await GoodAsync(move.PurgeAsync()); // nothing of it is left to take away, and nothing is taken
        Assert.NotNull(await move.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task Nothing_is_taken_back_before_it_was_fenced_or_after_it_has_moved()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        await RefusedAsync("move_out_of_order", move.MovedAsync());
        await RefusedAsync("move_out_of_order", move.PurgeAsync());
        await move.CutOverAsync();
        await RefusedAsync("move_out_of_order", move.UnfenceAsync());
        await RefusedAsync("move_out_of_order", move.FenceAsync());
        await RefusedAsync("move_out_of_order", move.RowsAsync(new RowsRequest("accounts")));
        await RefusedAsync("move_out_of_order", move.EraseAsync());
        await RefusedAsync("move_out_of_order", move.ArriveAsync());
        await RefusedAsync("move_out_of_order", move.TakeAsync([]));
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_realm_is_not_activated_over_a_digest_that_differs_is_of_another_move_or_its_own()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        await move.Tenant.AddAccountAsync("late@example.com", CellTests.GlobexPassword);
        var fenced = await move.FencedAsync();
        await RefusedAsync("move_digest_differs", move.ActivateAsync(fenced));
        await RefusedAsync("move_digest_differs", move.ActivateAsync(fenced with { Tables = [] }));
        await move.CopyDifferencesAsync(fenced);
        await RefusedAsync("move_digest_differs", move.ActivateAsync(fenced with { Move = MoveId.New() }));
        await RefusedAsync("move_digest_differs", move.ActivateAsync(await move.DigestAsync(move.Target)));
        await GoodAsync(move.ActivateAsync(fenced));
    }

    [Fact]
    public async Task Another_move_of_the_realm_does_nothing_while_one_has_it_in_hand()
    {
        var move = await cells.PlanAsync();
        var other = move.Again();
        await move.BeginAsync();
        await RefusedAsync("realm_in_other_move", other.ArriveAsync());
        await RefusedAsync("realm_in_other_move", other.DepartAsync(new DepartureSpec(move.Target.Id, await KeyOfAsync(move), 1)));
        await RefusedAsync("move_not_found", other.FenceAsync());
        await GoodAsync(other.UnfenceAsync());
        await GoodAsync(other.EraseAsync());
        await move.CopyAllAsync();
        await move.CutOverAsync();
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_token_of_another_tenant_moves_nothing()
    {
        var (move, other) = (await cells.PlanAsync(), await cells.PlanAsync());
        await move.BeginAsync();
        move.As = other.Tenant.Id;
        foreach (var step in new Func<Task<HttpResponseMessage>>[]
        {
            () => move.ArriveAsync(), () => move.DepartAsync(), () => move.RowsAsync(new RowsRequest("accounts")), () => move.TakeAsync([]), move.SourceDigestAsync,
            move.TargetDigestAsync, move.FenceAsync, move.UnfenceAsync, move.EraseAsync, () => move.MovedAsync(), move.PurgeAsync, () => move.StandAsync(move.Source), () => move.StandAsync(move.Target),
        })
        {
            await RefusedAsync("realm_not_found", step());
        }

        move.As = null;
        Assert.Equal(("copying", "arriving"), (await move.StateAsync(move.Source), await move.StateAsync(move.Target)));
    }

    [Fact]
    public async Task A_move_that_is_over_is_no_other_tenants_to_know()
    {
        var (move, other) = (await cells.PlanAsync(), await cells.PlanAsync());
        await move.BeginAsync();
        await GoodAsync(move.EraseAsync()); // the realm is not at the target any more: nothing but the move's own row tells whose it was
        move.As = other.Tenant.Id;
        await RefusedAsync("move_not_found", move.StandAsync(move.Target));
        await RefusedAsync("move_not_found", move.EraseAsync());
    }

    [Fact]
    public async Task No_realm_is_brought_by_another_tenants_token_or_under_another_path()
    {
        var (move, other) = (await cells.PlanAsync(), await cells.PlanAsync());
        move.As = other.Tenant.Id;
        await RefusedAsync("realm_not_found", move.ArriveAsync());
        move.As = null;
        await RefusedAsync("realm_not_found", move.ArriveAsync(other.ArrivalSpec()));
    }

    [Fact]
    public async Task A_mover_that_has_slept_through_a_roll_back_does_nothing()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        var fenced = await move.FenceAndCatchUpAsync();
        await GoodAsync(move.UnfenceAsync());
        await GoodAsync(move.EraseAsync());

        await RefusedAsync("move_over", move.FenceAsync());
        await RefusedAsync("move_over", move.MovedAsync());
        await RefusedAsync("move_over", move.ActivateAsync(fenced));
        await RefusedAsync("move_over", move.ArriveAsync());
        await RefusedAsync("move_over", move.DepartAsync());
        Assert.NotNull(await move.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
        Assert.Null(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));

        var next = move.Again();
        await next.RunAsync();
        await GoodAsync(move.UnfenceAsync()); // it was rolled back long ago, and that is all it says
        await GoodAsync(move.EraseAsync());
        Assert.NotNull(await next.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
        Assert.Null(await next.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_step_that_comes_after_the_roll_back_it_should_have_come_before_begins_nothing()
    {
        var move = await cells.PlanAsync();
        await GoodAsync(move.UnfenceAsync());
        await GoodAsync(move.EraseAsync());
        await RefusedAsync("move_over", move.ArriveAsync());
        await RefusedAsync("move_over", move.DepartAsync(new DepartureSpec(move.Target.Id, await KeyOfAsync(move.Again()), 1)));
    }

    [Fact]
    public async Task What_a_move_left_behind_is_not_touched_by_it_once_the_realm_is_back()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        await move.CutOverAsync(); // not purged
        var back = await PlanAsync(move.There, cells.Us, cells.Eu, epoch: 2);
        await back.RunAsync();
        await GoodAsync(move.PurgeAsync());
        await GoodAsync(move.MovedAsync());
        Assert.NotNull(await back.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_move_is_begun_at_the_realms_present_epoch_and_repeated_with_the_same_words()
    {
        var move = await cells.PlanAsync();
        await GoodAsync(move.ArriveAsync());
        var key = await KeyOfAsync(move);
        await RefusedAsync("epoch_differs", move.DepartAsync(new DepartureSpec(move.Target.Id, key, 7)));
        await GoodAsync(move.DepartAsync());
        await RefusedAsync("move_differs", move.DepartAsync(new DepartureSpec(move.Source.Id, key, 1)));
        await RefusedAsync("move_differs", move.DepartAsync(new DepartureSpec(move.Target.Id, key, 2)));
        await RefusedAsync("move_differs", move.DepartAsync(new DepartureSpec(move.Target.Id, await KeyOfAsync(await BegunAsync()), 1)));
        await RefusedAsync("sealing_key_malformed", move.DepartAsync(new DepartureSpec(move.Target.Id, "AAAA", 1)));
        var spec = move.ArrivalSpec();
        await RefusedAsync("move_differs", move.ArriveAsync(spec with { Realm = spec.Realm with { Epoch = 9 } }));
        await move.CopyAllAsync();
        await GoodAsync(move.ActivateAsync(await move.FenceAndCatchUpAsync()));
        await RefusedAsync("move_differs", move.MovedAsync(new MovedSpec(move.Source.Id, 2, move.FormerKeysUntil)));
        await RefusedAsync("move_differs", move.MovedAsync(new MovedSpec(move.Target.Id, 3, move.FormerKeysUntil)));
    }

    [Fact]
    public async Task A_realm_does_not_arrive_where_it_lives_nor_into_no_pool_nor_with_keys_that_are_none()
    {
        var move = await cells.PlanAsync();
        var spec = move.ArrivalSpec();
        var home = await PlanAsync(move.Tenant, cells.Eu, cells.Eu, epoch: 1);
        await RefusedAsync("realm_here", home.ArriveAsync());
        await RefusedAsync("pool_not_found", move.ArriveAsync(spec with { Realm = spec.Realm with { PoolId = PoolId.New() } }));
        await RefusedAsync("former_keys_malformed", move.ArriveAsync(spec with { FormerKeys = [.. Enumerable.Repeat(spec.FormerKeys[0], 9)] }));
        await RefusedAsync("former_keys_malformed", move.ArriveAsync(spec with { FormerKeys = [spec.FormerKeys[0] with { Kid = "t1" }] }));
        await RefusedAsync("former_keys_malformed", move.ArriveAsync(spec with { FormerKeys = [spec.FormerKeys[0] with { X = "AA" }] }));
        await RefusedAsync("former_keys_malformed", move.ArriveAsync(spec with { FormerKeys = [spec.FormerKeys[0] with { Kty = "RSA", N = "", E = "AQAB" }] }));
        using var founded = await cells.Us.AddTenantAsync("holder") is { } holder ? await move.ArriveAsync(spec with { Realm = spec.Realm with { SignInHost = holder.SignInAuthority } }) : null!;
        Assert.Equal(HttpStatusCode.Conflict, founded.StatusCode);
    }

    [Fact]
    public async Task Nothing_but_its_move_reaches_a_realm_that_is_on_its_way()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        Assert.Null(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
        using var keys = await move.There.GetAsync($"{move.Tenant.Issuer}/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, keys.StatusCode);
        Assert.False(keys.Headers.Contains(MovedSpec.CellHeader));
        foreach (var (method, path, purpose) in new[] { ("GET", "/accounts", ServicePurpose.Accounts), ("POST", "/accounts", ServicePurpose.Accounts), ("DELETE", "", ServicePurpose.Provision) })
        {
            using var response = await move.Target.CallAsync(new HttpMethod(method), $"/cell/realms/{move.Tenant.Realm}{path}", "{}"u8.ToArray(), purpose, move.Tenant.Id);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var put = await move.Target.PutRealmAsync(move.There, TenantState.Active, epoch: 2);
        Assert.Equal(HttpStatusCode.NotFound, put.StatusCode);
        await move.CutOverAsync();
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_realm_in_a_moves_hand_is_neither_taken_away_nor_put_elsewhere()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        using var deleted = await move.Source.CallAsync(HttpMethod.Delete, $"/cell/realms/{move.Tenant.Realm}", [], ServicePurpose.Provision, move.Tenant.Id);
        Assert.Equal(HttpStatusCode.Conflict, deleted.StatusCode);
        using var put = await move.Source.PutRealmAsync(move.Tenant, TenantState.Active, epoch: 5);
        Assert.Equal(HttpStatusCode.Conflict, put.StatusCode);
        (await move.Source.PutRealmAsync(move.Tenant, TenantState.Active, epoch: 1)).EnsureSuccessStatusCode();
        await move.CopyAllAsync();
        await move.CutOverAsync();
    }

    [Fact]
    public async Task A_shared_realm_does_not_move()
    {
        var shared = await SharedRealm.MakeAsync(cells.Eu, $"s{Guid.NewGuid():N}"[..12]);
        await RefusedAsync("realm_shared", cells.Eu.CallAsync(
            HttpMethod.Put, MovePaths.Departure(shared.People.Realm, MoveId.New()), new DepartureSpec(cells.Us.Id, "AAAA", 1), WireJson.Default.DepartureSpec, ServicePurpose.Move, null));
    }

    private async Task<TestMove> BegunAsync()
    {
        var other = await cells.PlanAsync();
        await GoodAsync(other.ArriveAsync());
        return other;
    }

    // A key that is one: of an arrival of a tenant of its own, where the move itself has none.
    private async Task<string> KeyOfAsync(TestMove move)
    {
        using var response = await move.ArriveAsync();
        return response.IsSuccessStatusCode
            ? (await ReadAsync(response, move.Target, WireJson.Default.ArrivalReady)).SealingKey
            : await KeyOfAsync(await cells.PlanAsync());
    }
}

public sealed class SqliteOrderTests(SqliteCells cells) : OrderTests(cells), IClassFixture<SqliteCells>;

public sealed class PostgresOrderTests(PostgresCells cells) : OrderTests(cells), IClassFixture<PostgresCells>;
