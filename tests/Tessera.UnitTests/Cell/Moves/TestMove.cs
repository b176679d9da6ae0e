using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Keys;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>One move, step by step through the cells' routes, as the control plane's mover takes it.</summary>
internal sealed class TestMove
{
    private readonly long _epoch;
    private IReadOnlyList<PublicJwk> _formerKeys = [];
    private string _sealingKey = "";

    private TestMove(CellTenant tenant, CellHost source, CellHost target, long epoch, PoolId pool) =>
        (Tenant, Source, Target, _epoch, Pool) = (tenant, source, target, epoch, pool);

    public CellTenant Tenant { get; }

    public CellHost Source { get; }

    public CellHost Target { get; }

    /// <summary>Of the realm at the target.</summary>
    public PoolId Pool { get; }

    public MoveId Id { get; } = MoveId.New();

    public CellTenant There => Tenant.At(Target, Pool);

    public long FormerKeysUntil => Target.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds();

    /// <summary>Whose token each step comes with; the tenant's own unless a test says otherwise.</summary>
    public TenantId? As { get; set; }

    public static async Task<TestMove> PlanAsync(CellTenant tenant, CellHost source, CellHost target, long epoch)
    {
        var move = new TestMove(tenant, source, target, epoch, PoolId.New());
        move._formerKeys = (await KeysAsync(source, tenant.Pool)).Keys;
        await KeysAsync(target, move.Pool);
        return move;
    }

    /// <summary>The same move under another id, or the next attempt.</summary>
    public TestMove Again() => new(Tenant, Source, Target, _epoch, Pool) { _formerKeys = _formerKeys, _sealingKey = _sealingKey };

    public ArrivalSpec ArrivalSpec(TenantState state = TenantState.Active) =>
        new(new RealmSpec(Tenant.Realm, Pool, Tenant.Slug.Value, Tenant.SignInAuthority, state, _epoch + 1, Tenant.Id), _formerKeys);

    public async Task<HttpResponseMessage> ArriveAsync(ArrivalSpec? spec = null)
    {
        var response = await CallAsync(Target, HttpMethod.Put, MovePaths.Arrival(Tenant.Realm, Id), spec ?? ArrivalSpec(), WireJson.Default.ArrivalSpec);
        if (response.IsSuccessStatusCode)
        {
            _sealingKey = (await ReadAsync(response, Target, WireJson.Default.ArrivalReady)).SealingKey;
        }

        return response;
    }

    public Task<HttpResponseMessage> DepartAsync(DepartureSpec? spec = null) =>
        CallAsync(Source, HttpMethod.Put, MovePaths.Departure(Tenant.Realm, Id), spec ?? new DepartureSpec(Target.Id, _sealingKey, _epoch), WireJson.Default.DepartureSpec);

    public Task<HttpResponseMessage> RowsAsync(RowsRequest asked) => CallAsync(Source, HttpMethod.Post, MovePaths.DepartureRows(Tenant.Realm, Id), asked, WireJson.Default.RowsRequest);

    public Task<HttpResponseMessage> TakeAsync(byte[] page, RealmId? realm = null) => Target.CallAsync(HttpMethod.Post, MovePaths.ArrivalRows(realm ?? Tenant.Realm, Id), page, ServicePurpose.Move, As ?? Tenant.Id);

    public Task<HttpResponseMessage> SourceDigestAsync() => CallAsync(Source, HttpMethod.Post, MovePaths.DepartureDigest(Tenant.Realm, Id));

    public Task<HttpResponseMessage> TargetDigestAsync() => CallAsync(Target, HttpMethod.Post, MovePaths.ArrivalDigest(Tenant.Realm, Id));

    public Task<HttpResponseMessage> FenceAsync() => CallAsync(Source, HttpMethod.Post, MovePaths.Fence(Tenant.Realm, Id), new FenceSpec(), WireJson.Default.FenceSpec);

    public Task<HttpResponseMessage> UnfenceAsync() => CallAsync(Source, HttpMethod.Post, MovePaths.Unfence(Tenant.Realm, Id));

    public Task<HttpResponseMessage> EraseAsync() => CallAsync(Target, HttpMethod.Delete, MovePaths.Arrival(Tenant.Realm, Id));

    public Task<HttpResponseMessage> ActivateAsync(MoveDigest source) =>
        CallAsync(Target, HttpMethod.Post, MovePaths.Activate(Tenant.Realm, Id), new ActivateSpec(source, FormerKeysUntil), WireJson.Default.ActivateSpec);

    public Task<HttpResponseMessage> MovedAsync(MovedSpec? spec = null) => CallAsync(
        Source, HttpMethod.Post, MovePaths.Moved(Tenant.Realm, Id), spec ?? new MovedSpec(Target.Id, _epoch + 1, Source.Time.GetUtcNow().AddHours(2).ToUnixTimeSeconds()), WireJson.Default.MovedSpec);

    public Task<HttpResponseMessage> PurgeAsync() => CallAsync(Source, HttpMethod.Post, MovePaths.Purge(Tenant.Realm, Id));

    public Task<HttpResponseMessage> StandAsync(CellHost cell) => CallAsync(cell, HttpMethod.Get, MovePaths.Move(Tenant.Realm, Id));

    public async Task<string> StateAsync(CellHost cell) => (await ReadAsync(await GoodAsync(StandAsync(cell)), cell, WireJson.Default.MoveStanding)).State;

    /// <summary>Both ends prepared.</summary>
    public async Task BeginAsync()
    {
        await GoodAsync(ArriveAsync());
        await GoodAsync(DepartAsync());
    }

    /// <summary>Every table, or the buckets that differ: the same to both cells.</summary>
    public Task<int> CopyAsync(string table, IReadOnlyList<int>? buckets = null) => CopyAsync(new RowsRequest(table, buckets));

    private async Task<int> CopyAsync(RowsRequest request)
    {
        for (var pages = 1; ; pages++)
        {
            using var page = await GoodAsync(RowsAsync(request));
            await GoodAsync(TakeAsync(await page.Content.ReadAsByteArrayAsync()));
            if (!page.Headers.TryGetValues(RowsRequest.NextHeader, out var next))
            {
                return pages;
            }

            request = request with { After = next.Single() };
        }
    }

    /// <summary>What has changed since the mark; how many pages that were.</summary>
    public Task<int> CopyChangesAsync(string table, long since) => CopyAsync(new RowsRequest(table, Since: since));

    public async Task CopyAllAsync()
    {
        foreach (var table in (await DigestAsync(Source)).Tables)
        {
            await CopyAsync(table.Table);
        }
    }

    /// <summary>Copies what differs from the digest; how many buckets that were.</summary>
    public async Task<int> CopyDifferencesAsync(MoveDigest source)
    {
        var here = await DigestAsync(Target);
        var copied = 0;
        foreach (var (one, other) in source.Tables.Zip(here.Tables))
        {
            var differing = Enumerable.Range(0, MoveDigest.Buckets).Where(bucket => one.Hashes[bucket] != other.Hashes[bucket]).ToList();
            if (differing.Count > 0)
            {
                await CopyAsync(one.Table, differing);
                copied += differing.Count;
            }
        }

        return copied;
    }

    public async Task<MoveDigest> DigestAsync(CellHost cell) => await ReadAsync(await GoodAsync(cell == Source ? SourceDigestAsync() : TargetDigestAsync()), cell, WireJson.Default.MoveDigest);

    public async Task<MoveDigest> FencedAsync() => await ReadAsync(await GoodAsync(FenceAsync()), Source, WireJson.Default.MoveDigest);

    /// <summary>Fences, and copies until nothing differs.</summary>
    public async Task<MoveDigest> FenceAndCatchUpAsync()
    {
        var fenced = await FencedAsync();
        for (var round = 0; await CopyDifferencesAsync(fenced) > 0; round++)
        {
            Assert.True(round < 5, "The copy does not come to an end.");
        }

        return fenced;
    }

    /// <summary>All of it, to the end.</summary>
    public async Task RunAsync()
    {
        await BeginAsync();
        await CopyAllAsync();
        await CutOverAsync();
        await GoodAsync(PurgeAsync());
    }

    public async Task CutOverAsync()
    {
        await GoodAsync(ActivateAsync(await FenceAndCatchUpAsync()));
        await GoodAsync(MovedAsync());
    }

    public static async Task<HttpResponseMessage> GoodAsync(Task<HttpResponseMessage> step)
    {
        var response = await step;
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response;
    }

    public static async Task RefusedAsync(string code, Task<HttpResponseMessage> step)
    {
        using var response = await step;
        var text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, text);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
    }

    /// <summary>What the cell says, if it is signed by that very cell.</summary>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, CellHost cell, JsonTypeInfo<T> type)
    {
        var pinned = cell.Services.GetRequiredService<CellKeys>().Identity.Public;
        Assert.True(CompactJws.TryVerify(await response.Content.ReadAsStringAsync(), MoveAnswer.MediaType, pinned, out var payload));
        return JsonSerializer.Deserialize(payload, type)!;
    }

    private Task<HttpResponseMessage> CallAsync<T>(CellHost cell, HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        cell.CallAsync(method, path, JsonSerializer.SerializeToUtf8Bytes(body, type), ServicePurpose.Move, As ?? Tenant.Id);

    private Task<HttpResponseMessage> CallAsync(CellHost cell, HttpMethod method, string path) => cell.CallAsync(method, path, [], ServicePurpose.Move, As ?? Tenant.Id);

    private static async Task<PoolKeys> KeysAsync(CellHost cell, PoolId pool)
    {
        using var response = await cell.CallAsync(HttpMethod.Put, $"/cell/pools/{pool}", new PoolSpec(pool), WireJson.Default.PoolSpec, ServicePurpose.Provision, null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var pinned = cell.Services.GetRequiredService<CellKeys>().Identity.Public;
        Assert.True(CompactJws.TryVerify(await response.Content.ReadAsStringAsync(), PoolKeys.MediaType, pinned, out var payload));
        return JsonSerializer.Deserialize(payload, WireJson.Default.PoolKeys)!;
    }
}
