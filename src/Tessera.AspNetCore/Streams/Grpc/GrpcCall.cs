using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tessera.AspNetCore.Streams.Grpc;

/// <summary>The two statuses this library answers a gRPC call with, as gRPC numbers them.</summary>
internal enum GrpcStatus
{
    InvalidArgument = 3,
    Unauthenticated = 16,
}

/// <summary>What of gRPC over HTTP/2 is needed to refuse a call or end it: two trailers, and no package.</summary>
internal static class GrpcCall
{
    private const string Status = "grpc-status";
    private const string Message = "grpc-message";
    private const string MediaType = "application/grpc";

    /// <summary>By its media type, <c>application/grpc-web</c> and <c>+proto</c> included.</summary>
    public static bool Is(HttpRequest request) => request.ContentType?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Answers a call that nothing has answered yet, as the protocol's Trailers-Only.</summary>
    public static void Refuse(HttpResponse response, GrpcStatus status, string message)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType;
        Finish(response, status, message);
    }

    /// <summary>Gives a call its status, whatever the handler has left there.</summary>
    public static void Finish(HttpResponse response, GrpcStatus status, string message)
    {
        var trailers = response.HasStarted ? response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : response.Headers;
        if (trailers is { IsReadOnly: false })
        {
            trailers[Status] = ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture);
            trailers[Message] = Uri.EscapeDataString(message);
        }
    }
}
