using System.Collections.Concurrent;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>Shows all tickets of one tenant at all endpoints of another, in every way, and keeps count.</summary>
internal sealed class Attack(Demo demo, IReadOnlyList<Surface> surfaces) : IDisposable
{
    private readonly ConcurrentDictionary<(Way, Attempt), Task<Answer>> _withoutTicket = new();
    private readonly ConcurrentQueue<string> _accepted = new();
    private readonly ConcurrentDictionary<string, int> _tried = new();
    private readonly Visitor _attacker = new(System.Net.IPAddress.Parse("127.0.0.2")); // wrong user codes are counted by source
    private int _attempts;

    public int Attempts => _attempts;

    public IReadOnlyCollection<string> Accepted => _accepted;

    /// <summary>How many attempts each endpoint, and each kind of ticket, has seen.</summary>
    public IReadOnlyDictionary<string, int> Tried => _tried;

    public void Dispose() => _attacker.Dispose();

    public Task RunAsync(Wallet attacker, Wallet victim)
    {
        var aims = from kind in Enum.GetValues<TicketKind>()
                   from surface in surfaces
                   orderby surface.Method == "DELETE" // whatever lets one in should be seen before there is nothing left to see
                   select new Aim(surface, victim.Owner, attacker.Owner, attacker[kind], victim.Cookie, victim.OrderId);
        return Parallel.ForEachAsync(aims, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (aim, _) => await TakeAsync(aim));
    }

    private async Task TakeAsync(Aim aim)
    {
        var declaration = Declarations.Of(aim.Surface);
        foreach (var way in Way.To(aim.Surface, aim.Victim, aim.Attacker, demo.File))
        {
            foreach (var attempt in declaration.Attempts(aim))
            {
                var answer = await attempt.SendAsync(_attacker.Http, way);
                Count(aim);
                if (attempt.Without is { } without
                    ? answer != await _withoutTicket.GetOrAdd((way, without), key => key.Item2.SendAsync(_attacker.Http, key.Item1))
                    : (attempt.Accepted ?? declaration.Accepted)(answer))
                {
                    _accepted.Enqueue($"{aim.Ticket.Kind} of {aim.Attacker} at {aim.Victim}: {aim.Surface.Name} {way.Name}: {answer.Status} {answer.Location} {answer.Body}");
                }
            }
        }
    }

    private void Count(Aim aim)
    {
        Interlocked.Increment(ref _attempts);
        _tried.AddOrUpdate($"{aim.Surface.Name} {aim.Surface.Door}", 1, (_, count) => count + 1);
        _tried.AddOrUpdate(aim.Ticket.Kind.ToString(), 1, (_, count) => count + 1);
    }
}
