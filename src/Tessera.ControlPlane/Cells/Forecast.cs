using Microsoft.EntityFrameworkCore;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <summary>When each region runs out of room, reckoned from the tenants that came in during the last days.</summary>
internal static class Forecast
{
    /// <summary>How many whole days back it looks, besides today.</summary>
    public const int Days = 14;

    // Beyond it nobody plans, and a calendar ends.
    private const double Farthest = 365 * 50;

    public static async Task<IReadOnlyList<RegionForecast>> ReadAsync(DirectoryDb db, IReadOnlyList<CellRow> cells, DateTimeOffset now, CancellationToken cancellation)
    {
        var first = DayOf(now) - Days;
        var arrivals = await db.OnboardingDays.AsNoTracking().Where(day => day.Day >= first && day.Tenants > 0).ToListAsync(cancellation);
        var regions = cells.ToDictionary(cell => cell.CellId, cell => cell.Region);
        var byRegion = arrivals.ToLookup(day => regions[day.CellId]);
        return [.. cells.Where(IsCounted).GroupBy(cell => cell.Region).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Of(group.Key, [.. group], [.. byRegion[group.Key]], now))];
    }

    /// <summary>Tenants a day: all of the days looked at, over the time since the first of them, which is at least one day.</summary>
    public static double PerDay(IReadOnlyList<OnboardingDayRow> arrivals, DateTimeOffset now)
    {
        if (arrivals.Count == 0)
        {
            return 0;
        }

        var since = DateTimeOffset.UnixEpoch.AddDays(arrivals.Min(day => day.Day));
        return arrivals.Sum(day => (double)day.Tenants) / Math.Max(1, (now - since).TotalDays);
    }

    public static DateTimeOffset? RunsOutAt(int room, double perDay, DateTimeOffset now) =>
        perDay > 0 && room / perDay <= Farthest ? now.AddDays(room / perDay) : null;

    private static RegionForecast Of(string region, List<CellRow> cells, List<OnboardingDayRow> arrivals, DateTimeOffset now)
    {
        var room = cells.Where(cell => cell.State is CellState.Open or CellState.Spare).Sum(cell => Math.Max(0, cell.Capacity - cell.Tenants));
        var perDay = PerDay(arrivals, now);
        return new RegionForecast(
            region,
            cells.Count,
            cells.Count(cell => cell.State == CellState.Spare),
            cells.Sum(cell => cell.Tenants),
            cells.Sum(cell => cell.Capacity),
            room,
            Math.Round(perDay, 2),
            RunsOutAt(room, perDay, now));
    }

    // A canary cell takes none of those who come by themselves, one not joined or lost has no room.
    private static bool IsCounted(CellRow cell) => !cell.Canary && cell.State is not (CellState.Invited or CellState.Lost);

    private static int DayOf(DateTimeOffset time) => (int)(time.ToUnixTimeSeconds() / 86400);
}
