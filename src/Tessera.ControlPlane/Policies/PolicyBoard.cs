using Tessera.Contracts.Policies;

namespace Tessera.ControlPlane.Policies;

/// <summary>
/// The page for cells to read. However many wait for a later one, the directory is looked at once in half a second for all of
/// them, and not at all while nobody waits.
/// </summary>
internal sealed class PolicyBoard(PolicyDesk desk, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _looking = new(1);
    private PolicyPage? _page;
    private long _lookedAt;

    /// <summary>The page once it is later than <paramref name="after"/>, or as it is when the wait is over.</summary>
    public async Task<PolicyPage> ReadAsync(long after, TimeSpan wait, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var page = await LookAsync(cancellation);
            if (page.Revision > after || time.GetElapsedTime(began) >= wait)
            {
                return page;
            }

            await Task.Delay(Fresh, time, cancellation);
        }
    }

    public void Dispose() => _looking.Dispose();

    private async Task<PolicyPage> LookAsync(CancellationToken cancellation)
    {
        await _looking.WaitAsync(cancellation);
        try
        {
            if (_page is null || time.GetElapsedTime(_lookedAt) >= Fresh)
            {
                (_page, _lookedAt) = (await desk.ReadAsync(cancellation), time.GetTimestamp());
            }

            return _page;
        }
        finally
        {
            _looking.Release();
        }
    }
}
