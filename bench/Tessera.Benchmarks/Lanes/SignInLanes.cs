using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>
/// Whether a sign-in costs more with many tenants in the cell. The hash takes twenty times what the rest takes and would
/// hide it, so its threads (PasswordWorkers names them) are left out of the account, which Linux keeps thread by thread.
/// </summary>
internal static class SignInLanes
{
    private const int Few = 10;
    private const int Many = 10_000;
    private const int Clients = 4;
    private const int AtOnce = 8;
    private static readonly DuelLength Length = new(Rounds: 5, TimeSpan.FromSeconds(5), WarmUpSteps: 600);

    public static readonly IReadOnlyList<Lane> All =
    [
        new($"password sign-in without its hash, random tenant of {Many:N0}", $"the same, random tenant of {Few}", 1.1, ManyBesideFewAsync),
    ];

    private static async Task<DuelResult> ManyBesideFewAsync(CancellationToken cancellation)
    {
        await using var few = await TesseraCell.StartAsync();
        await using var many = await TesseraCell.StartAsync();
        var fewTenants = await FillAsync(few, Few, cancellation);
        var manyTenants = await FillAsync(many, Many, cancellation);
        using var fewWork = new Workload(few.Server.Port, [.. Enumerable.Range(0, Clients).Select(_ => TesseraClients.SignIn(fewTenants))]);
        using var manyWork = new Workload(many.Server.Port, [.. Enumerable.Range(0, Clients).Select(_ => TesseraClients.SignIn(manyTenants))]);
        return await Duel.RunAsync(WithoutHash(many, manyWork), WithoutHash(few, fewWork), Length, cancellation);
    }

    private static Side WithoutHash(TesseraCell cell, Workload work) => new(
        work,
        () => ProcessCpu.OfThreads(cell.Server.Pid, name => !name.StartsWith("password-", StringComparison.Ordinal)));

    // Tenants and clients through the control door, as the control plane would; then the first one's account for each of
    // the others, with the same password, because hashing it ten thousand times would take minutes and change nothing.
    public static async Task<IReadOnlyList<BenchTenant>> FillAsync(TesseraCell cell, int count, CancellationToken cancellation)
    {
        var pool = await cell.AddPoolAsync();
        var tenants = new BenchTenant[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (index, _) =>
            tenants[index] = await cell.AddTenantAsync($"tenant-{index}", pool));
        await cell.AddAccountAsync(tenants[0], TesseraClients.Username, TesseraClients.Password);
        var copied = await cell.Database.RunAsync("""
            INSERT INTO accounts (realm_id, sub, username, normalized_username, email, name, password_hash, enabled, created_at)
            SELECT r.realm_id, gen_random_uuid(), a.username, a.normalized_username, a.email, a.name, a.password_hash, a.enabled, a.created_at
            FROM accounts a JOIN realms r ON r.realm_id <> a.realm_id
            """);
        await cell.Database.RunAsync("ANALYZE");
        return copied == count - 1 ? tenants : throw new InvalidOperationException($"{copied} accounts were copied for {count} tenants.");
    }
}
