using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>Whether tenants that nobody uses cost a cell memory: it holds what is in use and nothing else.</summary>
internal static class CellLanes
{
    private const int Active = 1_000;
    private const int Rows = 900_000;
    private const int Clients = 8;
    private const int Turns = 12;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(6);

    public static readonly IReadOnlyList<Lane> All =
    [
        new($"cell memory (MiB), {Active:N0} tenants in use of {Rows:N0}", $"the same, of {Active:N0}", 1.05, MemoryAsync),
    ];

    private static async Task<DuelResult> MemoryAsync(CancellationToken cancellation)
    {
        await using var few = await TesseraCell.StartAsync();
        await using var many = await TesseraCell.StartAsync();
        var (fewTenants, manyTenants) = (await SignInLanes.FillAsync(few, Active, cancellation), await SignInLanes.FillAsync(many, Active, cancellation));
        await AddDormantAsync(many, Rows - Active);
        using var fewWork = new Workload(few.Server.Port, [.. Enumerable.Range(0, Clients).Select(_ => TesseraClients.SignIn(fewTenants))]);
        using var manyWork = new Workload(many.Server.Port, [.. Enumerable.Range(0, Clients).Select(_ => TesseraClients.SignIn(manyTenants))]);
        var (large, small) = (new List<long>(), new List<long>());
        for (var turn = 0; turn < Turns; turn++)
        {
            await fewWork.RunAsync(Turn, cancellation);
            await manyWork.RunAsync(Turn, cancellation);
            if (turn >= Turns / 2)
            {
                large.Add(ProcessMemory.PssOf(many.Server.Pid));
                small.Add(ProcessMemory.PssOf(few.Server.Pid));
            }
        }

        var ratios = large.Zip(small, (a, b) => a / (double)b).Order().ToList();
        return new DuelResult(ratios[ratios.Count / 2], (ratios[^1] - ratios[0]) / ratios[ratios.Count / 2], Median(large), Median(small), Attempts: 1);
    }

    private static double Median(List<long> bytes) => bytes.Order().ElementAt(bytes.Count / 2) / 1048576.0;

    // Realms and a person in each, as if they had been used once and left.
    private static async Task AddDormantAsync(TesseraCell cell, int count)
    {
        await cell.Database.RunAsync($"""
            INSERT INTO realms
            SELECT made.* FROM (SELECT r FROM realms r LIMIT 1) one, generate_series(1, {count}) n, LATERAL jsonb_populate_record(one.r, jsonb_build_object(
                'realm_id', 'eu-central-1_D' || lpad(n::text, 8, '0'), 'tenant_id', gen_random_uuid(), 'sign_in_host', 'dormant-' || n || '.{TesseraCell.AuthHost}')) made
            """);
        await cell.Database.RunAsync("""
            INSERT INTO accounts
            SELECT made.* FROM (SELECT a FROM accounts a LIMIT 1) one, realms, LATERAL jsonb_populate_record(one.a, jsonb_build_object(
                'realm_id', realms.realm_id, 'sub', gen_random_uuid())) made
            WHERE sign_in_host LIKE 'dormant-%'
            """);
        await cell.Database.RunAsync("ANALYZE");
    }
}
