using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;

namespace Tessera.Router.Limits;

/// <summary>How many requests a second a source may make and a tenant may get.</summary>
internal sealed class Rates(LimitOptions limits, TimeProvider time)
{
    private readonly RateBuckets _sources = new(limits.SourcePerSecond, time);
    private readonly RateBuckets _tenants = new(limits.TenantPerSecond, time);

    /// <summary>Why the request is not served now; null if it is. What a source is refused is not taken from the tenant.</summary>
    public Error? Refuse(HttpContext context, Guid tenant) =>
        RefuseSource(context) ?? RefuseTenant(context, tenant);

    private Error? RefuseSource(HttpContext context) =>
        _sources.TryTake(Source.Of(context.Connection.RemoteIpAddress), out var wait) ? null : Later(context, wait, Refusals.SourceLimited);

    private Error? RefuseTenant(HttpContext context, Guid tenant) =>
        _tenants.TryTake(Unsafe.BitCast<Guid, UInt128>(tenant), out var wait) ? null : Later(context, wait, Refusals.TenantLimited);

    private static Error Later(HttpContext context, TimeSpan wait, Error error)
    {
        context.Response.Headers.RetryAfter = Seconds(wait);
        return error;
    }

    /// <summary>As <c>Retry-After</c> has it (RFC 9110 section 10.2.3): whole seconds, one at least.</summary>
    public static string Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
