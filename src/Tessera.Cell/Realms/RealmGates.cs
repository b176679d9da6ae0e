using Tessera.Contracts.Ids;

namespace Tessera.Cell.Realms;

/// <summary>The gate of each realm that somebody holds: the look-up's memory, or a request. What nobody holds is forgotten.</summary>
internal sealed class RealmGates
{
    private const int FirstSweep = 4_096;
    private readonly Lock _lock = new();
    private readonly Dictionary<RealmId, WeakReference<RealmGate>> _gates = [];
    private int _sweepAt = FirstSweep;

    public RealmGate Of(RealmId realm)
    {
        lock (_lock)
        {
            if (_gates.TryGetValue(realm, out var known) && known.TryGetTarget(out var gate))
            {
                return gate;
            }

            Sweep();
            gate = new RealmGate();
            _gates[realm] = new WeakReference<RealmGate>(gate);
            return gate;
        }
    }

    private void Sweep()
    {
        if (_gates.Count < _sweepAt)
        {
            return;
        }

        foreach (var (realm, gate) in _gates)
        {
            if (!gate.TryGetTarget(out _))
            {
                _gates.Remove(realm);
            }
        }

        _sweepAt = Math.Max(FirstSweep, _gates.Count * 2);
    }
}
