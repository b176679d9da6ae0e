using System.Collections.Concurrent;
using System.Diagnostics;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>Signs somebody in at both cells all the time, beside router and wires: a session is a write of the tenant's, and only one cell may take it.</summary>
internal sealed class TwoWriters : IDisposable
{
    private readonly DemoTenant _tenant;
    private readonly Dictionary<string, Visitor> _cells;
    private readonly ConcurrentQueue<(string Cell, long Began, long Ended)> _taken = new();

    public TwoWriters(Deployment at, DemoTenant tenant)
    {
        _tenant = tenant;
        _cells = new() { ["eu-1"] = new Visitor(through: _ => at.CellPorts.Eu), ["us-1"] = new Visitor(through: _ => at.CellPorts.Us) };
    }

    public string Told => $"{_taken.Count(taken => taken.Cell == "eu-1")} writes taken by the source, {_taken.Count(taken => taken.Cell == "us-1")} by the target";

    public Task TryBothAsync(CancellationToken stop) => Task.WhenAll(_cells.Keys.Select(async cell =>
    {
        while (!stop.IsCancellationRequested)
        {
            await TryAsync(cell);
            await Task.Delay(10, CancellationToken.None);
        }
    }));

    /// <summary>Waits until the cell takes a write.</summary>
    public async Task TakesAsync(string cell)
    {
        for (var waited = Stopwatch.StartNew(); !await TryAsync(cell); await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), $"{cell} takes no writes of the tenant.");
        }
    }

    /// <summary>No write at the source began after one at the target had ended; if the tenant stayed, the target took none.</summary>
    public void DemandOneAtATime(string home)
    {
        var atTarget = _taken.Where(taken => taken.Cell == "us-1").ToList();
        if (home == "eu-1")
        {
            Assert.Empty(atTarget);
            return;
        }

        var first = atTarget.Min(taken => taken.Ended);
        var late = _taken.Count(taken => taken.Cell == "eu-1" && taken.Began > first);
        Assert.True(late == 0, $"{late} writes were taken by the source after the target had taken one.");
    }

    public void Dispose()
    {
        foreach (var visitor in _cells.Values)
        {
            visitor.Dispose();
        }
    }

    private async Task<bool> TryAsync(string cell)
    {
        var began = Stopwatch.GetTimestamp();
        if (await _cells[cell].SignInAsync(_tenant, Deployment.Ada, Deployment.Password) is null)
        {
            return false;
        }

        _taken.Enqueue((cell, began, Stopwatch.GetTimestamp()));
        return true;
    }
}
