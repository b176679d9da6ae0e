using Tessera.Cell.Protocol;

namespace Tessera.Cell.Store;

/// <summary>
/// Once all connections to the database are taken and a request has waited for one in vain, whoever else comes is told so at once:
/// one request at a time tries, and the first that gets through lets all in again. What is published is mostly told from memory, and
/// not held up. Stands before the realm is known, for that may have to be looked up.
/// </summary>
internal sealed class StoreRoom(TimeProvider time) : IMiddleware
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);
    private readonly Lock _gate = new();
    private volatile bool _isFull;
    private long _triedAt;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!NeedsStore(context.Request.Path.Value ?? "/"))
        {
            await next(context);
            return;
        }

        if (!Admits())
        {
            throw new StoreFullException();
        }

        try
        {
            await next(context);
            _isFull = false;
        }
        catch (Exception e) when (StoreFaults.IsFull(e))
        {
            Fill();
            throw;
        }
    }

    /// <summary>Whether a request may ask for a connection.</summary>
    internal bool Admits()
    {
        if (!_isFull)
        {
            return true;
        }

        lock (_gate)
        {
            if (time.GetElapsedTime(_triedAt) < BetweenTries)
            {
                return false;
            }

            _triedAt = time.GetTimestamp();
            return true;
        }
    }

    private void Fill()
    {
        lock (_gate)
        {
            (_triedAt, _isFull) = (time.GetTimestamp(), true);
        }
    }

    private static bool NeedsStore(string path) =>
        !path.EndsWith(ProtocolPaths.Configuration, StringComparison.Ordinal)
        && !path.EndsWith(ProtocolPaths.JsonWebKeySet, StringComparison.Ordinal)
        && !path.StartsWith(ProtocolPaths.AuthorizationServer, StringComparison.Ordinal)
        && path != "/health";
}

/// <summary>Nothing was begun.</summary>
internal sealed class StoreFullException() : Exception("All connections to the store are taken.");
