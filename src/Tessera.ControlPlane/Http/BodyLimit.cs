using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tessera.ControlPlane.Http;

/// <summary>How large the body of one route may be, where it is more than the 64 KiB of all others. Read after the key was checked.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

internal static class BodyLimits
{
    public static TBuilder TakeBodiesOf<TBuilder>(this TBuilder endpoint, int mebibytes) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new BodyLimit((long)mebibytes << 20));
}
