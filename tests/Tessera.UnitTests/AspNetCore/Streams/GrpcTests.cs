using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Tessera.Contracts.Feed;

namespace Tessera.UnitTests.AspNetCore.Streams;

/// <summary>gRPC calls of every shape have the tenant of their token, and last no longer than it is good.</summary>
public sealed class GrpcTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private LiveHost _host = null!;
    private GrpcChannel _channel = null!;

    private Notes.NotesClient Client => new(_channel);

    private TenantEntry Acme => _host.Directory.Acme;

    private TenantEntry Globex => _host.Directory.Globex;

    public async ValueTask InitializeAsync()
    {
        _host = await LiveHost.StartAsync();
        _channel = GrpcChannel.ForAddress(_host.Http2);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Calls_of_all_four_shapes_have_the_tenant_of_their_token()
    {
        foreach (var tenant in new[] { Acme, Globex })
        {
            var expected = new Answer { Tenant = tenant.TenantId.ToString(), Subject = LiveHost.Subject };
            Assert.Equal(expected, await Client.WhoAsync(new Question(), Bearer(tenant)));

            using var follow = Client.Follow(new Question(), Bearer(tenant));
            Assert.True(await follow.ResponseStream.MoveNext(Cancellation) && await follow.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(expected, follow.ResponseStream.Current);

            using var collect = Client.Collect(Bearer(tenant));
            await collect.RequestStream.WriteAsync(new Question(), Cancellation);
            await collect.RequestStream.CompleteAsync();
            Assert.Equal(expected, await collect.ResponseAsync);

            using var talk = Client.Talk(Bearer(tenant));
            await talk.RequestStream.WriteAsync(new Question(), Cancellation);
            Assert.True(await talk.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(expected, talk.ResponseStream.Current);
            await talk.RequestStream.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_call_without_a_token_or_with_a_bad_one_is_unauthenticated()
    {
        Assert.Equal(StatusCode.Unauthenticated, await StatusAsync([]));
        Assert.Equal(StatusCode.Unauthenticated, await StatusAsync(new Metadata { { "authorization", "Bearer rubbish" } }));
        Assert.Equal(StatusCode.Unauthenticated, await StatusAsync(Bearer(_host.Directory.Hooli)));
    }

    [Theory]
    [InlineData("tessera-tenant-id")]
    [InlineData("x-tenant-id")]
    [InlineData("tenant")]
    public async Task Metadata_that_names_another_tenant_is_an_invalid_argument_in_gRPCs_own_words(string name)
    {
        var foreign = Bearer(Acme);
        foreign.Add(name, Globex.TenantId.ToString());
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Client.WhoAsync(new Question(), foreign));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith("tenant_conflict: ", refused.Status.Detail, StringComparison.Ordinal);

        var own = Bearer(Acme);
        own.Add(name, Acme.TenantId.ToString());
        Assert.Equal(Acme.TenantId.ToString(), (await Client.WhoAsync(new Question(), own)).Tenant);
    }

    [Fact]
    public Task A_busy_stream_ends_when_the_person_is_revoked() => AssertEndsAsync("", () => _host.Revoke(Acme), StatusCode.Unauthenticated);

    [Fact]
    public Task A_stream_whose_write_is_cancelled_is_reset() => AssertEndsAsync("flood", () => _host.Revoke(Acme), expected: null); // by gRPC, or by the server: CANCELLED or INTERNAL

    [Fact]
    public Task An_idle_stream_ends_when_the_person_is_revoked() => AssertEndsAsync("idle", () => _host.Revoke(Acme), StatusCode.Unauthenticated);

    [Fact]
    public Task A_stream_ends_when_its_tenant_is_suspended() => AssertEndsAsync("", () => _host.Suspend(Acme), StatusCode.Unauthenticated);

    [Fact]
    public Task A_stream_ends_when_its_token_expires() => AssertEndsAsync("", () => { }, StatusCode.Unauthenticated, _host.BriefToken(Acme));

    [Fact]
    public Task A_stream_whose_handler_is_deaf_is_cut() => AssertEndsAsync("deaf", () => _host.Revoke(Acme), expected: null);

    [Fact]
    public async Task A_stream_that_only_receives_ends_too()
    {
        using var collect = Client.Collect(Bearer(Acme));
        await collect.RequestStream.WriteAsync(new Question(), Cancellation);
        await UntilAsync(() => _host.Tokens.Count == 1);
        _host.Revoke(Acme);
        var ended = await Assert.ThrowsAsync<RpcException>(() => collect.ResponseAsync.WaitAsync(Soon, Cancellation));
        Assert.True(ended.StatusCode == StatusCode.Unauthenticated, ended.ToString());
    }

    [Fact]
    public async Task What_ends_one_tenants_streams_leaves_anothers_alone()
    {
        using var other = Client.Follow(new Question(), Bearer(Globex));
        Assert.True(await other.ResponseStream.MoveNext(Cancellation));
        await AssertEndsAsync("", () => _host.Revoke(Acme), StatusCode.Unauthenticated);
        Assert.True(await other.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(1, _host.Tokens.Count);
    }

    [Fact]
    public async Task A_call_that_is_over_is_watched_no_more()
    {
        await Client.WhoAsync(new Question(), Bearer(Acme));
        await UntilAsync(() => _host.Tokens.Count == 0);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Metadata Bearer(TenantEntry tenant) => Bearer(_host.Directory.Token(tenant));

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private async Task AssertEndsAsync(string question, Action end, StatusCode? expected, string? token = null)
    {
        using var follow = Client.Follow(new Question { Text = question }, token is null ? Bearer(Acme) : Bearer(token));
        Assert.True(await follow.ResponseStream.MoveNext(Cancellation));
        var clock = Stopwatch.StartNew();
        end();
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            using var patience = new CancellationTokenSource(Soon);
            while (await follow.ResponseStream.MoveNext(patience.Token))
            {
            }
        });
        output.WriteLine($"ended after {clock.ElapsedMilliseconds} ms with {ended.StatusCode}");
        Assert.True(clock.Elapsed < Soon, "The stream did not end by itself.");
        if (expected is not null)
        {
            Assert.True(ended.StatusCode == expected, ended.ToString());
        }
    }

    private async Task<StatusCode> StatusAsync(Metadata metadata) =>
        (await Assert.ThrowsAsync<RpcException>(async () => await Client.WhoAsync(new Question(), metadata))).StatusCode;

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 500, "It did not come about.");
            await Task.Delay(10, Cancellation);
        }
    }
}
