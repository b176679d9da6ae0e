using System.Globalization;
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

namespace Tessera.Benchmarks.Servers;

/// <summary>
/// A directory's feed of many tenants over 1,112 cells, of which every one leads to the same upstream: each tenant hybrid, with a realm, a
/// host, a client and an e-mail domain of its own. Pages as the control plane cuts them.
/// </summary>
internal sealed class ManyTenants(int count, string upstream) : IAsyncDisposable
{
    public const string Key = "tsk_bench_feed";
    private const int PageSize = 1_000;
    private const int Cells = 1_112;
    private readonly IdentityKey _signer = IdentityKey.Create();
    private WebApplication? _app;

    public int Port { get; } = ServerProcess.FreePort();

    public string PublicKey => JsonSerializer.Serialize(_signer.Public, WireJson.Default.PublicJwk);

    public static string SlugOf(int tenant) => string.Create(CultureInfo.InvariantCulture, $"tenant-{tenant:D7}");

    public static string HostOf(int tenant) => $"{SlugOf(tenant)}.{TesseraCell.AuthHost}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _signer.Dispose();
    }

    // Revisions 1 to 1,112 are the cells, and each after them one tenant.
    private async Task AnswerAsync(HttpContext context)
    {
        var after = long.Parse(context.Request.Query["after"].ToString(), CultureInfo.InvariantCulture);
        var last = Math.Min(after == 0 ? Cells : after + PageSize, Cells + count);
        if (after == last)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), context.RequestAborted);
        }

        var page = new FeedPage(
            after, last, last < Cells + count,
            after == 0 ? [.. Enumerable.Range(0, Cells).Select(cell => new CellEntry(CellOf(cell), "eu-central-1", upstream))] : [], [],
            after == 0 ? [] : [.. Enumerable.Range((int)(after - Cells), (int)(last - after)).Select(Tenant)], [], [], DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        context.Response.ContentType = "application/jose";
        await context.Response.WriteAsync(CompactJws.Sign(_signer, FeedPage.MediaType, JsonSerializer.SerializeToUtf8Bytes(page, WireJson.Default.FeedPage)));
    }

    private static TenantEntry Tenant(int tenant)
    {
        var realm = string.Create(CultureInfo.InvariantCulture, $"eu-central-1_{tenant:D9}");
        return new TenantEntry(
            new TenantId(Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"018f0000-0000-7000-9000-{tenant:D12}"))), Id<Slug>(SlugOf(tenant)),
            TenantState.Active, Pattern.Hybrid, CellOf(tenant % Cells), new PoolId(Guid.Parse("018f0000-0000-7000-8000-000000000001")), Id<RealmId>(realm), 1,
            $"http://{TesseraCell.AuthHost}/{realm}", HostOf(tenant), [$"{SlugOf(tenant)}.example"],
            [Id<ClientId>(string.Create(CultureInfo.InvariantCulture, $"client{tenant:D20}"))]);
    }

    private static CellId CellOf(int cell) => Id<CellId>(string.Create(CultureInfo.InvariantCulture, $"eu-{cell + 1}"));

    private static TId Id<TId>(string text) where TId : struct, IId<TId> => TId.TryParse(text, out var id) ? id : throw new ArgumentException(text);
}
