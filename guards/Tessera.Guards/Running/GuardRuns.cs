using System.Collections.Concurrent;

namespace Tessera.Guards.Running;

/// <summary>Takes the guards out one at a time and runs the tests that must notice.</summary>
internal sealed class GuardRuns(string root, TextWriter output)
{
    private const int Shown = 4;
    private readonly ConcurrentDictionary<string, Lazy<Task<TestRun>>> _whole = new();
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Runs them all, some at a time; the faults, of which there should be none.</summary>
    public async Task<IReadOnlyCollection<string>> RunAsync(IReadOnlyCollection<Guard> guards, int atOnce)
    {
        var waiting = new ConcurrentQueue<Guard>(guards);
        await Task.WhenAll(Enumerable.Range(1, Math.Min(atOnce, guards.Count)).Select(async number =>
        {
            using var build = await TestBuild.CopyAsync(root, number);
            while (waiting.TryDequeue(out var guard))
            {
                await RunAsync(guard, build);
            }
        }));
        return _faults;
    }

    private async Task RunAsync(Guard guard, TestBuild build)
    {
        var whole = await _whole.GetOrAdd(guard.Filter, filter => new(() => TestRun.OfAsync(Path.Combine(TestBuild.Original(root), Path.GetFileName(build.Executable)), filter))).Value;
        if (!whole.IsGood)
        {
            Fault(guard, $"the tests do not pass while it stands: {Names(whole.Failed)}\n{(whole.Failed.Count == 0 ? whole.Output : "")}");
            return;
        }

        TestRun without;
        try
        {
            using var gone = build.Without(guard);
            without = await TestRun.OfAsync(build.Executable, guard.Filter);
        }
        catch (InvalidOperationException e)
        {
            Fault(guard, e.Message);
            return;
        }

        if (without.Failed.Count > 0)
        {
            await output.WriteLineAsync($"{guard.Rule} [{Short(guard)}] → {without.Failed.Count} of {without.Total}: {Names(without.Failed)}");
        }
        else
        {
            Fault(guard, without.Total > 0 ? $"none of {without.Total} tests fails without it" : $"the run without it broke off\n{without.Output}");
        }
    }

    private void Fault(Guard guard, string text)
    {
        _faults.Enqueue(guard.Rule);
        output.WriteLine($"NOT SHOWN: {guard.Rule} [{Short(guard)}]: {text}");
    }

    private static string Short(Guard guard) => $"{guard.TypeName[(guard.TypeName.LastIndexOf('.') + 1)..]}.{guard.MethodName}";

    private static string Names(IReadOnlyList<string> tests) =>
        string.Join(", ", tests.Take(Shown)) + (tests.Count > Shown ? $" and {tests.Count - Shown} more" : "");
}
