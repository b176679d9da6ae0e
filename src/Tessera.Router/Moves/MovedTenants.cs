using System.Collections.Concurrent;

namespace Tessera.Router.Moves;

/// <summary>
/// Tenants whose former cell said where they are now, until the directory says it too: any newer word of the directory outranks
/// what a cell said. A bounded number of them; the oldest are forgotten first, which costs their next request one detour.
/// </summary>
internal sealed class MovedTenants(int most = MovedTenants.Most)
{
    public const int Most = 10_000;

    private readonly ConcurrentDictionary<Guid, Known> _known = new();
    private readonly ConcurrentQueue<(Guid Tenant, Known Known)> _order = new();

    public int Count => _known.Count;

    /// <summary>Where the tenant is, and its epoch there; null if the directory's placement at <paramref name="epoch"/> is all there is to know.</summary>
    public MovedTo? Find(Guid tenant, long epoch)
    {
        if (_known.IsEmpty || !_known.TryGetValue(tenant, out var known))
        {
            return null;
        }

        if (IsOfThisPlacement(known, epoch))
        {
            return known.To;
        }

        _known.TryRemove(new(tenant, known));
        return null;
    }

    /// <param name="epoch">The directory's, at which the tenant's cell said so.</param>
    public void Remember(Guid tenant, long epoch, MovedTo to)
    {
        var known = new Known(to, epoch);
        _known[tenant] = known;
        _order.Enqueue((tenant, known));
        while (_order.Count > most && _order.TryDequeue(out var oldest))
        {
            _known.TryRemove(new(oldest.Tenant, oldest.Known));
        }
    }

    /// <summary>The cell it was said to be in says that it is not there.</summary>
    public void Forget(Guid tenant) => _known.TryRemove(tenant, out _);

    private static bool IsOfThisPlacement(Known known, long epoch) => known.At == epoch;

    private sealed record Known(MovedTo To, long At);
}
