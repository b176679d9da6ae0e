using Microsoft.AspNetCore.Http;
using Tessera.AspNetCore.Errors;
using Tessera.AspNetCore.ForwardAuth;
using Tessera.AspNetCore.Streams.Grpc;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>The answer to a request that names another tenant than its token, in the caller's protocol.</summary>
internal static class TenantConflict
{
    public static Task AnswerAsync(HttpContext context, string place)
    {
        var error = new Error("tenant_conflict", StatusCodes.Status400BadRequest, "The request names another tenant than its token. Leave the tenant out; the token says it.", place);
        if (GrpcCall.Is(context.Request))
        {
            GrpcCall.Refuse(context.Response, GrpcStatus.InvalidArgument, $"{error.Code}: {error.Message} ({place})");
            return Task.CompletedTask;
        }

        // A proxy that asks takes 401 and 403 for an answer, and anything else for a failure of its own.
        return ProblemResult.WriteAsync(context, error, ForwardAuthEndpoint.Is(context) ? StatusCodes.Status403Forbidden : error.Status);
    }
}
