using Microsoft.AspNetCore.Http;

namespace Tessera.AspNetCore.Streams;

/// <summary>Ends a request from outside: its cancellation first, its connection's stream if that was not heard.</summary>
internal sealed class RequestEnd(HttpContext context, CancellationTokenSource bound, TimeProvider clock, TimeSpan grace) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _patience;
    private bool _isOver;

    public bool HasBegun { get; private set; }

    public void Begin()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            HasBegun = true;
            _patience = clock.CreateTimer(_ => Cut(), null, grace, Timeout.InfiniteTimeSpan);
        }

        bound.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isOver = true; // The server uses the context again for the next request.
        }

        if (_patience is not null)
        {
            await _patience.DisposeAsync();
        }
    }

    private void Cut()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                context.Abort();
            }
        }
    }
}
