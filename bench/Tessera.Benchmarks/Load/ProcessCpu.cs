using System.Globalization;

namespace Tessera.Benchmarks.Load;

/// <summary>CPU time as Linux accounts for it.</summary>
internal static class ProcessCpu
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux .NET runs on

    /// <summary>User and system time of a process and all its descendants that live.</summary>
    public static TimeSpan OfTree(int pid)
    {
        var total = OfProcess(pid);
        foreach (var child in Children(pid))
        {
            total += OfTree(child);
        }

        return total;
    }

    /// <summary>The same of those threads of a process that live and have a fitting name, to the nanosecond.</summary>
    public static TimeSpan OfThreads(int pid, Func<string, bool> fits)
    {
        var nanoseconds = 0L;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{pid}/task"))
        {
            if (fits(File.ReadAllText(Path.Combine(task, "comm"))))
            {
                nanoseconds += long.Parse(File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }

        return TimeSpan.FromMicroseconds(nanoseconds / 1000.0);
    }

    private static TimeSpan OfProcess(int pid)
    {
        // The second field is the program's name in parentheses, which may hold anything; utime and stime are fields 14 and 15.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    private static IEnumerable<int> Children(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));
}
