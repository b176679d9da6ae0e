using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Races;
using Tessera.Benchmarks.RowSecurity;

namespace Tessera.Benchmarks.Lanes;

/// <summary>
/// What row security costs an application, as the rate it is left with, by CPU time of client and database together. All reads run in one race and all writes in another,
/// of half a minute each; the lanes are what is read off them.
/// </summary>
internal static class RowSecurityLanes
{
    private static readonly RaceLength Length = new(Rounds: 51, TimeSpan.FromMilliseconds(80), WarmUpSteps: 40_000, TimeSpan.FromSeconds(6));
    private static Task<RaceResult>? _reads;
    private static Task<RaceResult>? _writes;

    public static readonly IReadOnlyList<Lane> All =
    [
        Read(Reads.Secured, Reads.Plain, 0.9),
        Read(Reads.Secured, Reads.Transaction, 2),
        Read(Reads.SecuredCompiled, Reads.Plain, 0.6),
        Read(Reads.SecuredCompiled, Reads.PlainCompiled, null),
        Read(Reads.SecuredLinq, Reads.Plain, null),
        Read(Reads.SecuredLinq, Reads.PlainLinq, null),
        Write(Writes.Secured, Writes.Plain),
        Write(Writes.SecuredSave, Writes.PlainSave),
        Write(Writes.SecuredSave, Writes.Plain),
    ];

    private static Lane Read(string subject, string other, double? goal) =>
        new($"rls read: {subject}", other, goal, cancellation => CompareAsync(_reads ??= RunAsync(shop => new Reads(shop).All, cancellation), subject, other), AtLeast: true);

    private static Lane Write(string subject, string other) =>
        new($"rls write: {subject}", other, null, cancellation => CompareAsync(_writes ??= RunAsync(shop => new Writes(shop).All, cancellation), subject, other), AtLeast: true);

    private static async Task<DuelResult> CompareAsync(Task<RaceResult> race, string subject, string other) => (await race).Compare(subject, other);

    private static async Task<RaceResult> RunAsync(Func<ShopDatabase, IReadOnlyList<Contestant>> contestants, CancellationToken cancellation)
    {
        await using var shop = await ShopDatabase.CreateAsync();
        return await Race.RunAsync(contestants(shop), shop.Cost, Length, cancellation);
    }
}
