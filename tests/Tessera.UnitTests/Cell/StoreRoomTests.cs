using Microsoft.AspNetCore.Http;
using Npgsql;
using Tessera.Cell.Store;
using Tessera.UnitTests.Router;

namespace Tessera.UnitTests.Cell;

public sealed class StoreRoomTests
{
    private readonly StoodTime _time = new();
    private readonly StoreRoom _room;

    public StoreRoomTests() => _room = new StoreRoom(_time);

    [Fact]
    public async Task Once_somebody_has_waited_in_vain_others_are_told_at_once_until_one_gets_through()
    {
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync("/login", Exhausted()));
        await Assert.ThrowsAsync<StoreFullException>(() => AskAsync("/login"));

        _time.Forward(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync("/login", Exhausted())); // the one that tries
        await Assert.ThrowsAsync<StoreFullException>(() => AskAsync("/login"));

        _time.Forward(TimeSpan.FromSeconds(1));
        await AskAsync("/login");
        await AskAsync("/login");
    }

    [Fact]
    public async Task Only_one_tries_at_a_time()
    {
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync("/login", Exhausted()));
        _time.Forward(TimeSpan.FromSeconds(1));
        Assert.True(_room.Admits());
        Assert.False(_room.Admits());
    }

    [Theory]
    [InlineData("/eu-central-1_AcmeAcme1/.well-known/jwks.json")]
    [InlineData("/eu-central-1_AcmeAcme1/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server/eu-central-1_AcmeAcme1")]
    [InlineData("/health")]
    public async Task What_needs_no_connection_is_told_meanwhile_and_says_nothing_of_those_that_do(string path)
    {
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync("/login", Exhausted()));
        await AskAsync(path);
        await Assert.ThrowsAsync<StoreFullException>(() => AskAsync("/login"));
    }

    [Fact]
    public async Task Another_failure_of_the_store_keeps_nobody_out()
    {
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync("/login", new NpgsqlException("The connection was broken.")));
        await AskAsync("/login");
    }

    [Fact]
    public async Task What_the_driver_says_of_a_pool_without_room_is_known()
    {
        await using var source = new NpgsqlDataSourceBuilder(TestPostgres.Administrator) { ConnectionStringBuilder = { MaxPoolSize = 1, Timeout = 1, Pooling = true } }.Build();
        await using var taken = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var said = await Assert.ThrowsAsync<NpgsqlException>(async () => await source.OpenConnectionAsync(TestContext.Current.CancellationToken));
        Assert.True(StoreFaults.IsFull(said), said.ToString());
        Assert.True(StoreFaults.IsOutage(said));
    }

    [Theory]
    [InlineData("", 3, 5, 500)]
    [InlineData("Timeout=15;Command Timeout=60;Cancellation Timeout=2000", 15, 60, 2000)]
    public void Waiting_for_the_database_is_bounded_unless_the_operator_says_how_long(string told, int connect, int command, int cancellation)
    {
        var used = new NpgsqlConnectionStringBuilder(told);
        CellStoreSetup.BoundWaiting(used, new NpgsqlConnectionStringBuilder(told));
        Assert.Equal((connect, command, cancellation), (used.Timeout, used.CommandTimeout, used.CancellationTimeout));
    }

    private static NpgsqlException Exhausted() => new("The connection pool has been exhausted, either raise 'Max Pool Size' or 'Timeout'.", new TimeoutException());

    private Task AskAsync(string path, Exception? failure = null) =>
        _room.InvokeAsync(new DefaultHttpContext { Request = { Path = path } }, _ => failure is null ? Task.CompletedTask : Task.FromException(failure));
}
