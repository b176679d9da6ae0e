using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Tessera.Router.Routes;

/// <summary>So many look-ups a second from one source, with bursts of twice as many.</summary>
internal static class RouteLimits
{
    public const string Policy = "route";

    // Sources share a fixed number of buckets, so that a flood of addresses cannot fill the memory. Which of them share
    // one is drawn anew at every start.
    private const int Buckets = 4_096;

    public static void Configure(RateLimiterOptions options, int perSecond)
    {
        options.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            return new ValueTask(rejected.HttpContext.AnswerAsync(Refusals.RateLimited));
        };
        options.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(
            BucketOf(context.Connection.RemoteIpAddress ?? IPAddress.None),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond * 2,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
    }

    // One subscriber usually has a whole IPv6 /64.
    private static int BucketOf(IPAddress source)
    {
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        var hash = new HashCode();
        var bytes = address.GetAddressBytes();
        hash.AddBytes(bytes.AsSpan(0, Math.Min(bytes.Length, 8)));
        return (int)((uint)hash.ToHashCode() % Buckets);
    }
}
