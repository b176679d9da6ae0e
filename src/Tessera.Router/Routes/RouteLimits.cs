using Microsoft.AspNetCore.Http;
using Tessera.Router.Limits;

namespace Tessera.Router.Routes;

/// <summary>So many look-ups a second from one source, with bursts of twice as many.</summary>
internal sealed class RouteLimits(LimitOptions limits, TimeProvider time)
{
    private readonly RateBuckets _sources = new(limits.LookUpsPerSecond, time);

    /// <summary>False where the source has used up its look-ups; when to come again is then in the answer's head.</summary>
    public bool Admit(HttpContext context)
    {
        if (_sources.TryTake(Source.Of(context.Connection.RemoteIpAddress), out var wait))
        {
            return true;
        }

        context.Response.Headers.RetryAfter = Rates.Seconds(wait);
        return false;
    }
}
