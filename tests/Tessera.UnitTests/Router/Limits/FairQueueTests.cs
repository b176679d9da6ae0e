using Tessera.Router.Limits;

namespace Tessera.UnitTests.Router.Limits;

public sealed class FairQueueTests
{
    private static readonly Guid A = Guid.CreateVersion7();
    private static readonly Guid B = Guid.CreateVersion7();
    private static readonly Guid C = Guid.CreateVersion7();
    private static readonly FairQueueBounds Bounds = new(AtOnce: 4, TenantAtOnce: 3, Waiting: 40, TenantWaiting: 30, TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Who_asks_once_is_served_before_the_rest_of_a_line_that_was_there_first()
    {
        var queue = New(Bounds);
        await FillAsync(queue, A, 3);
        Assert.True(await queue.EnterAsync(C, default));
        var many = Line(queue, A, 20);
        var one = Line(queue, B, 1)[0];

        queue.Leave(A);
        queue.Leave(A);
        Assert.True(await one);
        await Task.WhenAny(many);
        _ = Assert.Single(many, task => task.IsCompleted);
    }

    [Fact]
    public async Task Lines_are_served_in_turn()
    {
        var queue = New(Bounds with { AtOnce = 1, TenantAtOnce = 1 });
        Assert.True(await queue.EnterAsync(C, default));
        var served = new List<char>();
        var all = new List<Task>();
        foreach (var (tenant, name) in new[] { (A, 'a'), (A, 'a'), (A, 'a'), (B, 'b'), (B, 'b') })
        {
            all.Add(ServeAsync(tenant, name));
        }

        queue.Leave(C);
        await Task.WhenAll(all);
        Assert.Equal("ababa", string.Concat(served));

        async Task ServeAsync(Guid tenant, char name)
        {
            Assert.True(await queue.EnterAsync(tenant, default));
            served.Add(name); // one at a time
            queue.Leave(tenant);
        }
    }

    [Fact]
    public async Task One_tenant_never_has_all_the_room()
    {
        var queue = New(Bounds);
        await FillAsync(queue, A, 3);
        Assert.False(Line(queue, A, 1)[0].IsCompleted);
        Assert.True(await queue.EnterAsync(B, default));
    }

    [Fact]
    public async Task A_line_ends_somewhere()
    {
        var queue = New(Bounds);
        await FillAsync(queue, A, 3);
        Line(queue, A, 30);
        var oneMore = Line(queue, A, 1)[0];
        Assert.True(oneMore.IsCompleted); // refused at once, not after a wait
        Assert.False(await oneMore);
        Assert.True(await queue.EnterAsync(B, default));
    }

    [Fact]
    public async Task Where_all_wait_the_longest_line_makes_way()
    {
        var queue = New(Bounds);
        await FillAsync(queue, A, 3);
        await FillAsync(queue, B, 1);
        var (a, b) = (Line(queue, A, 30), Line(queue, B, 10));

        var c = queue.EnterAsync(C, default).AsTask();
        Assert.False(await a[^1]);
        Assert.False(await queue.EnterAsync(A, default)); // not for one of its own
        Assert.DoesNotContain(b, task => task.IsCompleted);
        queue.Leave(A);
        queue.Leave(B);
        queue.Leave(A);
        Assert.True(await c);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_is_said_and_who_gave_up_takes_no_turn()
    {
        var queue = New(Bounds with { AtOnce = 1, TenantAtOnce = 1, Patience = TimeSpan.FromMilliseconds(50) });
        Assert.True(await queue.EnterAsync(A, default));
        Assert.False(await queue.EnterAsync(A, default));
        using var gone = new CancellationTokenSource();
        var left = queue.EnterAsync(B, gone.Token).AsTask();
        await gone.CancelAsync();
        Assert.False(await left);
        queue.Leave(A);
        Assert.True(await queue.EnterAsync(C, default));
    }

    [Fact]
    public async Task Tenants_that_have_nothing_here_are_not_known()
    {
        var queue = New(Bounds);
        for (var i = 0; i < 1_000; i++)
        {
            var tenant = Guid.CreateVersion7();
            Assert.True(await queue.EnterAsync(tenant, default));
            queue.Leave(tenant);
        }

        Assert.Equal(0, queue.Tenants);
    }

    [Fact]
    public async Task However_many_come_and_go_there_are_never_more_at_once_and_all_are_served()
    {
        var queue = New(new FairQueueBounds(8, 3, 10_000, 10_000, TimeSpan.FromMinutes(1)));
        var (now, most, served) = (0, 0, 0);
        var perTenant = new int[20];
        var tenants = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 4_000), new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (each, stop) =>
        {
            var tenant = each % 7 == 0 ? each % 20 : 0;
            Assert.True(await queue.EnterAsync(tenants[tenant], stop));
            most = Math.Max(most, Interlocked.Increment(ref now));
            Assert.InRange(Interlocked.Increment(ref perTenant[tenant]), 1, 3);
            await Task.Yield();
            Interlocked.Decrement(ref perTenant[tenant]);
            Interlocked.Decrement(ref now);
            queue.Leave(tenants[tenant]);
            Interlocked.Increment(ref served);
        });
        Assert.Equal(4_000, served);
        Assert.InRange(most, 1, 8);
        Assert.Equal(0, queue.Tenants);
    }

    private static FairQueue New(FairQueueBounds bounds) => new(bounds, TimeProvider.System);

    private static List<Task<bool>> Line(FairQueue queue, Guid tenant, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => queue.EnterAsync(tenant, default).AsTask())];

    private static async Task FillAsync(FairQueue queue, Guid tenant, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(await queue.EnterAsync(tenant, default));
        }
    }
}
