using System.Diagnostics;
using Spectre.Console;

namespace Tessera.Imports;

/// <summary>Shows how far an import is: a bar on a terminal, a line on standard error now and then elsewhere.</summary>
internal static class ImportProgress
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    public static async Task<T> RunAsync<T>(string what, int total, bool json, Func<Action<int>, Task<T>> run)
    {
        if (json || Console.IsOutputRedirected)
        {
            return await run(new Lines(what, total).Advance);
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(total, 1));
                var watch = Stopwatch.StartNew();
                return await run(lines =>
                {
                    task.Increment(lines);
                    task.Description = Markup.Escape($"{what} ({task.Value / watch.Elapsed.TotalSeconds:F0}/s)");
                });
            });
    }

    private sealed class Lines(string what, int total)
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly Lock _lock = new();
        private TimeSpan _last;
        private int _done;

        public void Advance(int lines)
        {
            lock (_lock)
            {
                _done += lines;
                if (_watch.Elapsed - _last >= Between || _done == total)
                {
                    _last = _watch.Elapsed;
                    Console.Error.WriteLine($"{what}: {_done} of {total} ({_done / Math.Max(_watch.Elapsed.TotalSeconds, 0.001):F0}/s)");
                }
            }
        }
    }
}
