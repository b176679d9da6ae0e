using System.Collections.Concurrent;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Device;

/// <summary>
/// Counts wrong user codes by realm and source: after ten within ten minutes none is looked at, right or wrong. A code is one
/// of 25.6 thousand millions and lives ten minutes, so nobody guesses one. Kept in memory, for 20,000 sources at most.
/// </summary>
internal sealed class UserCodeLimit(TimeProvider time)
{
    public const int Most = 10;
    private const int Remembered = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<(RealmId Realm, string Source), (int Count, DateTimeOffset Since)> _wrong = new();

    public bool IsReached(RealmId realm, string source) =>
        _wrong.TryGetValue((realm, source), out var wrong) && wrong.Count >= Most && time.GetUtcNow() - wrong.Since < Window;

    public void Count(RealmId realm, string source)
    {
        var now = time.GetUtcNow();
        if (_wrong.Count >= Remembered)
        {
            foreach (var old in _wrong.Where(entry => now - entry.Value.Since >= Window))
            {
                _wrong.TryRemove(old);
            }

            if (_wrong.Count >= Remembered)
            {
                _wrong.Clear();
            }
        }

        _wrong.AddOrUpdate((realm, source), (1, now), (_, wrong) => now - wrong.Since < Window ? (wrong.Count + 1, wrong.Since) : (1, now));
    }
}
