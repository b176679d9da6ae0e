using Tessera.ControlPlane.Moves;

namespace Tessera.UnitTests.Moves.Model;

/// <param name="Violated">What does not hold in some state; null where all do.</param>
/// <param name="Story">What happens until then, as short as it gets.</param>
internal sealed record Found(int States, int Ends, string? Violated, IReadOnlyList<string> Story);

/// <summary>Goes through every state there is, breadth first, and looks at each.</summary>
internal static class Search
{
    private static readonly (string Name, Func<World, bool> Holds)[] Invariants =
    [
        ("one writer", OneWriter),
        ("no acknowledged write lost", NothingLost),
        ("what is over is whole", WhatIsOverIsWhole),
    ];

    /// <param name="only">The invariant that is looked at; all where it is not said.</param>
    public static Found Run(Rule rules, string? only = null)
    {
        var happenings = new Happenings(rules);
        var known = new Dictionary<UInt128, int> { [Happenings.Beginning.Key] = 0 };
        var worlds = new List<World> { Happenings.Beginning };
        var before = new List<(int From, FormattableString What)> { (-1, $"") };
        var edges = new List<(int From, int To)>(1 << 20);
        for (var at = 0; at < worlds.Count; at++)
        {
            foreach (var (what, then) in happenings.After(worlds[at]))
            {
                if (!known.TryGetValue(then.Key, out var to))
                {
                    to = known[then.Key] = worlds.Count;
                    worlds.Add(then);
                    before.Add((at, what));
                    if (Violation(then, only) is { } violated)
                    {
                        return new Found(worlds.Count, 0, violated, Story(before, to));
                    }
                }

                edges.Add((at, to));
            }
        }

        var stuck = WithoutEnd(worlds, edges, out var ends);
        return stuck is { } one
            ? new Found(worlds.Count, ends, "it can always complete or roll back", Story(before, one))
            : new Found(worlds.Count, ends, null, []);
    }

    private static string? Violation(World world, string? only) => Invariants
        .Where(invariant => (only is null || invariant.Name == only) && !invariant.Holds(world)).Select(invariant => invariant.Name).FirstOrDefault();

    private static bool OneWriter(World world) => world.Source.Realm != Realm.Active || world.Target.Realm != Realm.Active;

    // Where the tenant works, or will work next, is all it was told is done.
    private static bool NothingLost(World world) =>
        (world.Target.Realm == Realm.Active ? world.Target.Rows : world.Source.Rows) == world.Acknowledged;

    private static bool WhatIsOverIsWhole(World world) => world.Journal.State switch
    {
        MoveState.Purged => world.Target.Realm == Realm.Active && world.Source.Realm == Realm.Moved,
        MoveState.RolledBack => world.Source.Realm == Realm.Active && world.Target.Realm == Realm.None,
        _ => true,
    };

    // Back from the ends: what is not reached has none ahead.
    private static int? WithoutEnd(List<World> worlds, List<(int From, int To)> edges, out int ends)
    {
        var into = Into(edges, worlds.Count);
        var ending = new bool[worlds.Count];
        var open = new Queue<int>(Enumerable.Range(0, worlds.Count).Where(at => MoveRules.Over.Contains(worlds[at].Journal.State)));
        ends = open.Count;
        foreach (var end in open)
        {
            ending[end] = true;
        }

        while (open.TryDequeue(out var at))
        {
            foreach (var from in into.From.AsSpan(into.Begin[at]..into.Begin[at + 1]))
            {
                if (!ending[from])
                {
                    ending[from] = true;
                    open.Enqueue(from);
                }
            }
        }

        return Array.IndexOf(ending, false) is >= 0 and var stuck ? stuck : null;
    }

    // Where one comes from, by where one gets to.
    private static (int[] Begin, int[] From) Into(List<(int From, int To)> edges, int worlds)
    {
        var (begin, from) = (new int[worlds + 1], new int[edges.Count]);
        foreach (var (_, to) in edges)
        {
            begin[to + 1]++;
        }

        for (var at = 0; at < worlds; at++)
        {
            begin[at + 1] += begin[at];
        }

        var next = begin[..^1];
        foreach (var (came, to) in edges)
        {
            from[next[to]++] = came;
        }

        return (begin, from);
    }

    private static List<string> Story(List<(int From, FormattableString What)> before, int at)
    {
        var story = new List<string>();
        for (; before[at].From >= 0; at = before[at].From)
        {
            story.Insert(0, FormattableString.Invariant(before[at].What));
        }

        return story;
    }
}
