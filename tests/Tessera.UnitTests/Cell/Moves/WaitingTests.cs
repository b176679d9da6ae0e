using System.Net;
using Tessera.Cell.Realms;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>While a realm is shut its requests wait; then they go on, here or where it has gone.</summary>
public sealed class WaitingTests(SqliteCells cells) : IClassFixture<SqliteCells>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_goes_on_here_when_the_move_is_rolled_back()
    {
        var move = await FencedAsync();
        var signingIn = move.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword);
        var adding = move.Tenant.AddAccountAsync("grace@example.com", CellTests.GlobexPassword); // the control plane's requests wait too
        await Task.Delay(400, Cancellation);
        Assert.False(signingIn.IsCompleted || adding.IsCompleted);
        await GoodAsync(move.UnfenceAsync());
        Assert.NotNull(await signingIn);
        Assert.Equal("grace@example.com", (await adding).Username);
    }

    [Fact]
    public async Task What_waits_is_sent_after_the_realm_when_it_has_moved()
    {
        var move = await FencedAsync();
        var waiting = move.Tenant.GetAsync($"{move.Tenant.SignIn}/login{move.Tenant.AuthorizeQuery()}");
        await Task.Delay(300, Cancellation);
        Assert.False(waiting.IsCompleted);
        await GoodAsync(move.MovedAsync());
        using var response = await waiting;
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        Assert.Equal("us-1", response.Headers.GetValues(MovedSpec.CellHeader).Single());
        using var control = await move.Source.CallAsync(HttpMethod.Get, $"/cell/realms/{move.Tenant.Realm}/accounts", [], ServicePurpose.Accounts, move.Tenant.Id);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, control.StatusCode);
    }

    [Fact]
    public async Task What_is_published_is_told_while_the_realm_is_shut()
    {
        var move = await FencedAsync();
        foreach (var path in new[] { "/.well-known/openid-configuration", "/.well-known/jwks.json" })
        {
            using var response = await move.Tenant.GetAsync(move.Tenant.Issuer + path).WaitAsync(TimeSpan.FromSeconds(3), Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await GoodAsync(move.UnfenceAsync());
    }

    [Fact]
    public async Task Nobody_waits_for_ever_and_other_realms_do_not_wait()
    {
        var move = await FencedAsync();
        var other = await cells.PlanAsync();
        Assert.NotNull(await other.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
        using var response = await move.Tenant.GetAsync($"{move.Tenant.SignIn}/login{move.Tenant.AuthorizeQuery()}").WaitAsync(RealmEntry.Patience * 2, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        await GoodAsync(move.UnfenceAsync());
    }

    [Fact]
    public void No_more_wait_than_there_is_room_for()
    {
        var gate = new RealmGate();
        gate.Shut();
        Assert.All(Enumerable.Range(0, RealmGate.MostWaiting), _ => Assert.True(gate.TryWait()));
        Assert.False(gate.TryWait());
        gate.EndWait();
        Assert.True(gate.TryWait());
    }

    [Fact]
    public async Task A_gate_lets_nobody_in_while_it_is_shut_and_tells_when_the_last_has_left()
    {
        var gate = new RealmGate();
        Assert.True(gate.TryEnter());
        gate.Shut();
        Assert.False(gate.TryEnter());
        var idle = gate.WaitIdleAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.False(idle.IsCompleted);
        gate.Leave();
        await idle.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        var opened = gate.OpenedAsync(TimeSpan.FromMinutes(1), Cancellation);
        gate.Open();
        await opened.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        Assert.True(gate.TryEnter());
    }

    private async Task<TestMove> FencedAsync()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.FencedAsync();
        return move;
    }
}
