using System.Threading.Channels;

namespace Tessera.Cell.Housekeeping;

/// <summary>Wakes one worker that sleeps while nothing is due.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that something may be due. Cheap, and harmless when nothing is.</summary>
    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Returns when the bell rings, or after a while, or when the cell stops.</summary>
    public async Task SleepAsync(TimeSpan atMost, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(atMost);
        try
        {
            await _rung.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Slept enough, or the cell stops.
        }
    }
}
