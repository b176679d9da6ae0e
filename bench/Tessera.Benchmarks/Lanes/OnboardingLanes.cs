using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>
/// Onboarding over the admin API with a million tenants in the directory: a realm, a client and an administrator each. The
/// administrator comes with the hash of a password, as the peer's user is there already: neither side hashes one.
/// </summary>
internal static class OnboardingLanes
{
    private const int Many = 999_000;
    private const int Few = 900;
    private const int Clients = 4;
    private const int InImport = 200;
    private const string Hash = "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0$qEWuBHP82uzPrybCUpp9FMGVDoszagDwOgBhAY44y2gPun4RFBM9zjAnhQjJRk+l/dEEhatLCI65Yj/OYq4dcQ";
    private const string Peer = "better-auth organization/create";
    private static readonly DuelLength Length = new(Rounds: 5, TimeSpan.FromSeconds(3), WarmUpSteps: 4_000);
    private static int _next;

    public static readonly IReadOnlyList<Lane> All =
    [
        new($"onboarding, the {Many + 1_000:N0}th tenant", "the 1,000th", 1.15, ManyBesideFewAsync),
        new($"onboarding, {Many:N0} present", Peer, 10, stop => BesidePeerAsync(Onboard, 1, stop), AtLeast: true),
        new($"onboarding by import, {Many:N0} present", Peer, 10, stop => BesidePeerAsync(Import, InImport, stop), AtLeast: true),
    ];

    private static async Task<DuelResult> ManyBesideFewAsync(CancellationToken cancellation)
    {
        await using var many = await TesseraDirectory.StartAsync(Many, cancellation);
        await using var few = await TesseraDirectory.StartAsync(Few, cancellation);
        using var manyWork = Work(many, Onboard);
        using var fewWork = Work(few, Onboard);
        return await Duel.RunAsync(new Side(manyWork, () => Cost(many)), new Side(fewWork, () => Cost(few)), Length, cancellation);
    }

    // What the other costs by what ours costs.
    private static async Task<DuelResult> BesidePeerAsync(Func<TesseraDirectory, ClientStep> step, int tenantsPerStep, CancellationToken cancellation)
    {
        await using var mine = await TesseraDirectory.StartAsync(Many, cancellation);
        var database = await Database.CreateAsync();
        var port = ServerProcess.FreePort();
        await using (var peer = await ServerProcess.StartAsync(port, BuiltFiles.Peers, new Dictionary<string, string> { ["DATABASE_URL"] = database.OwnerUrl, ["BETTER_AUTH_SECRET"] = $"{Guid.NewGuid():N}" }, "node", "better-auth.mjs", $"{port}"))
        {
            var cookie = await SignUpAsync(port, cancellation);
            using var myWork = Work(mine, step);
            using var theirWork = new Workload(port, [.. Enumerable.Range(0, Clients).Select(_ => Organization(port, cookie))]);
            var result = await Duel.RunAsync(
                new Side(peer, theirWork), new Side(async (time, stop) => await myWork.RunAsync(time, stop) * tenantsPerStep, () => Cost(mine)), Length with { WarmUpSteps = 1_000 }, cancellation);
            await database.DropAsync();
            return result with { SubjectMicros = result.OtherMicros, OtherMicros = result.SubjectMicros };
        }
    }

    private static TimeSpan Cost(TesseraDirectory directory) => directory.Servers.Aggregate(TimeSpan.Zero, (sum, server) => sum + ProcessCpu.OfTree(server.Pid));

    private static Workload Work(TesseraDirectory directory, Func<TesseraDirectory, ClientStep> step) =>
        new(directory.Port, [.. Enumerable.Range(0, Clients).Select(_ => step(directory))]);

    private static ClientStep Onboard(TesseraDirectory directory) => async (connection, cancellation) =>
    {
        var body = JsonSerializer.Serialize(Tenant(new { username = "ada@example.com", password_hash = Hash }));
        (await connection.SendAsync(Post(directory.Port, "/tenants", $"Authorization: Bearer {directory.Key}", body), cancellation)).Demand(201);
    };

    private static ClientStep Import(TesseraDirectory directory) => async (connection, cancellation) =>
    {
        var body = JsonSerializer.Serialize(new { import_key = $"{Guid.NewGuid():N}", tenants = Enumerable.Range(0, InImport).Select(_ => Tenant(null)) });
        (await connection.SendAsync(Post(directory.Port, "/tenants/import", $"Authorization: Bearer {directory.Key}", body), cancellation)).Demand(200);
    };

    private static Dictionary<string, object> Tenant(object? administrator)
    {
        var tenant = new Dictionary<string, object>
        {
            ["slug"] = $"bench-{Interlocked.Increment(ref _next)}",
            ["pattern"] = "hybrid",
            ["client"] = new { type = "public", redirect_uris = new[] { "https://app.example.com/callback" } },
        };
        if (administrator is not null)
        {
            tenant["administrator"] = administrator;
        }

        return tenant;
    }

    private static async Task<string> SignUpAsync(int port, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var signedUp = await http.PostAsJsonAsync("/api/auth/sign-up/email", new { name = "Ada", email = "ada@example.com", password = $"{Guid.NewGuid():N}" }, cancellation);
        return string.Join("; ", signedUp.EnsureSuccessStatusCode().Headers.GetValues("set-cookie").Select(cookie => cookie.Split(';')[0]));
    }

    private static ClientStep Organization(int port, string cookie) => async (connection, cancellation) =>
    {
        var slug = $"bench-{Interlocked.Increment(ref _next)}";
        var body = JsonSerializer.Serialize(new { name = slug, slug });
        (await connection.SendAsync(Post(port, "/api/auth/organization/create", $"Cookie: {cookie}\r\nOrigin: http://127.0.0.1:{port}", body), cancellation)).Demand(200);
    };

    private static byte[] Post(int port, string target, string headers, string body) => Encoding.UTF8.GetBytes(
        $"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
}
