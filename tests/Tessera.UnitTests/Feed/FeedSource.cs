using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Feed;

/// <summary>A control plane with a feed and nothing else, on a loopback port. Each publication is one revision.</summary>
internal sealed class FeedSource : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(CellEntry? Cell, TenantEntry? Tenant, SharedRealmEntry? Shared)> _history = [];
    private readonly List<long> _asked = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;

    /// <summary>Of this source alone: who still looks for another, whose port this one has now, is not counted as asking.</summary>
    public string Key { get; } = $"tsk_test_{Guid.NewGuid():N}";

    internal IdentityKey Signer { get; set; } = IdentityKey.Create();

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>Replaces what would be answered to a request after the given revision.</summary>
    public Func<long, string?>? Forge { get; set; }

    /// <summary>What its pages say the time is.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Pages hold at most this many revisions.</summary>
    public int PageSize { get; set; } = 100;

    public IReadOnlyList<long> Asked { get { lock (_gate) { return [.. _asked]; } } }

    public long Revision { get { lock (_gate) { return _history.Count; } } }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Address.Port == 1 ? 0 : Address.Port));
        _app = builder.Build();
        _app.MapGet("/feed", AnswerAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    public async Task StopAsync()
    {
        await using var app = _app;
        _app = null;
        if (app is not null)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
        }
    }

    public void Publish(CellEntry cell) => Add((cell, null, null));

    public void Publish(TenantEntry tenant) => Add((null, tenant, null));

    public void Publish(SharedRealmEntry shared) => Add((null, null, shared));

    internal string Sign(FeedPage page) => Sign(page, Signer);

    internal static string Sign(FeedPage page, IdentityKey key) =>
        CompactJws.Sign(key, FeedPage.MediaType, JsonSerializer.SerializeToUtf8Bytes(page, WireJson.Default.FeedPage));

    internal FeedPage PageAfter(long after)
    {
        lock (_gate)
        {
            var rows = _history.Skip((int)after).Take(PageSize).ToList();
            var revision = after + rows.Count;
            return new FeedPage(after, revision, revision < _history.Count,
                [.. rows.Select(row => row.Cell).OfType<CellEntry>()], [], [.. rows.Select(row => row.Tenant).OfType<TenantEntry>()],
                [.. rows.Select(row => row.Shared).OfType<SharedRealmEntry>()], [],
                Clock.GetUtcNow().ToUnixTimeSeconds());
        }
    }

    public static TenantEntry Tenant(string slug, CellId cell, string realm, string signInHost, TenantState state = TenantState.Active) => new(
        TenantId.New(), Id<Slug>(slug), state, Pattern.Hybrid, cell, PoolId.New(), Id<RealmId>(realm), 1,
        $"http://localhost:8400/{realm}", signInHost, [], [Id<ClientId>($"{slug}client")]);

    public static SharedRealmEntry SharedRealm(string realm, CellId cell, string signInHost) => new(
        Id<RealmId>(realm), PoolId.New(), cell, $"http://localhost:8400/{realm}", signInHost, [Id<ClientId>("sharedclient"), Id<ClientId>("sharedother")]);

    /// <summary>A tenant that lives in a shared realm.</summary>
    public static TenantEntry Member(string slug, SharedRealmEntry shared) => new(
        TenantId.New(), Id<Slug>(slug), TenantState.Active, Pattern.Shared, shared.Cell, shared.Pool, shared.Realm, 1,
        shared.Issuer, shared.SignInHost, [], [], shared.Realm);

    public static TId Id<TId>(string text) where TId : struct, IId<TId> =>
        TId.TryParse(text, out var id) ? id : throw new ArgumentException(text, nameof(text));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Signer.Dispose();
    }

    private void Add((CellEntry?, TenantEntry?, SharedRealmEntry?) row)
    {
        lock (_gate)
        {
            _history.Add(row);
            _news.TrySetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task AnswerAsync(HttpContext context, long after, int wait)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        Task news;
        lock (_gate)
        {
            _asked.Add(after);
            news = _news.Task;
        }

        if (Forge?.Invoke(after) is { } forged)
        {
            await context.Response.WriteAsync(forged);
            return;
        }

        if (PageAfter(after).Revision == after && wait > 0)
        {
            await Task.WhenAny(news, Task.Delay(TimeSpan.FromSeconds(wait), context.RequestAborted));
        }

        context.Response.ContentType = "application/jose";
        await context.Response.WriteAsync(Sign(PageAfter(after)));
    }
}
