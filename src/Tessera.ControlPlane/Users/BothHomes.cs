using System.Text.Json.Serialization.Metadata;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Users;

/// <summary>What came of a change to a person.</summary>
/// <param name="Answer">What the caller is told.</param>
/// <param name="RevokedAt">Set when what the person had was ended, even where something else was refused.</param>
internal sealed record PersonChange<T>(Outcome<T> Answer, DateTimeOffset? RevokedAt);

/// <summary>
/// Changes a person at their tenant's cell. Until a promoted tenant leaves its old shared realm each of its people is there
/// twice, and what ends the one must end the other.
/// </summary>
internal static class BothHomes
{
    /// <param name="left">What the old shared realm is asked for; nothing where it does not concern it.</param>
    public static async Task<PersonChange<T>> ChangeAsync<T>(
        this CellClient cells,
        PlacedTenant placed,
        Func<People, CellCall> own,
        Func<People, CellCall>? left,
        JsonTypeInfo<T> type,
        Func<T, DateTimeOffset?> revokedAt)
    {
        // The cell's answer says what to revoke, so nobody who hangs up may keep it from being read.
        var first = await cells.SendAsync(placed.Door, own(People.Of(placed.Tenant)), type, CancellationToken.None);
        if (left is null || People.LeftBehindBy(placed.Tenant) is not { } behind || (first is Outcome<T>.Refused && !IsAbsent(first)))
        {
            return new(first, RevokedAt(first, revokedAt));
        }

        var second = await cells.SendAsync(placed.Door, left(behind), type, CancellationToken.None);
        var at = new[] { RevokedAt(first, revokedAt), RevokedAt(second, revokedAt) }.Max();

        // Who is in one of the two alone was made or removed there alone.
        return new(IsAbsent(second) || (first is Outcome<T>.Done && second is Outcome<T>.Done) ? first : second, at);
    }

    private static bool IsAbsent<T>(Outcome<T> outcome) => outcome is Outcome<T>.Refused { Error.Status: 404 };

    private static DateTimeOffset? RevokedAt<T>(Outcome<T> outcome, Func<T, DateTimeOffset?> of) =>
        outcome is Outcome<T>.Done(var value) ? of(value) : null;
}
