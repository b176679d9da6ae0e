using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Wire;

namespace Tessera.Router;

/// <summary>Everything the router itself says no with. Documented in <c>docs/errors.md</c>.</summary>
internal static class Refusals
{
    public static readonly Error HostInvalid = new("host_invalid", 400, "The request must have exactly one Host of at most 256 characters.");
    public static readonly Error HostUnknown = new("host_unknown", 404, "No tenant signs in at this host.");
    public static readonly Error RealmUnknown = new("realm_unknown", 404, "The path does not begin with a realm that exists.");
    public static readonly Error MethodNotAllowed = new("method_not_allowed", 405, "No cell takes this method.");
    public static readonly Error RouteUnknown = new("route_unknown", 404, "No active tenant has this slug, host, client id or realm.");
    public static readonly Error RateLimited = new("rate_limited", 429, "Too many route look-ups from this address. Try again in a second.");
    public static readonly Error SourceLimited = new("source_limited", 429, "Too many requests from this address. Try again when Retry-After says.");
    public static readonly Error TenantLimited = new("tenant_limited", 429, "Too many requests to this tenant. Try again when Retry-After says.");
    public static readonly Error TenantBusy = new("tenant_busy", 429, "Too many requests to this tenant are waiting. Try again in a second.");
    public static readonly Error TenantMoved = new("tenant_moved", 503, "The tenant is being moved. Nothing was done; send the request again.");
    public static readonly Error DirectoryLoading = new("directory_loading", 503, "This router does not know all tenants yet. Try again in a second.");
    public static readonly Error BodyTooLarge = new("body_too_large", 413, "The body is larger than this router takes.");
    public static readonly Error BodyTooSlow = new("body_too_slow", 408, "The body came too slowly.");
    public static readonly Error BodyUnreadable = new("body_unreadable", 400, "The body could not be read to its end.");
    public static readonly Error CellUnavailable = new("cell_unavailable", 503, "The tenant's cell cannot be reached now. Nothing was done; try again in a few seconds.");
    public static readonly Error CellFailed = new("cell_failed", 502, "The tenant's cell broke off its answer. The request may or may not have been carried out.");
    public static readonly Error CellTimeout = new("cell_timeout", 504, "The tenant's cell did not answer in time. The request may or may not have been carried out.");

    public static Error RouteKeyRequired(string? field) =>
        new("route_key_required", 400, "Name the tenant by exactly one of slug, host, client_id and realm.", field);

    public static Error ParameterUnknown(string field) =>
        new("parameter_unknown", 400, "There is no such parameter; use one of slug, host, client_id and realm.", field);

    public static Error ParameterRepeated(string field) =>
        new("parameter_repeated", 400, "The parameter must be there once.", field);

    public static Error ParameterInvalid(string field) =>
        new("parameter_invalid", 400, "The value is empty, longer than 256 characters or not of this parameter's form.", field);

    /// <summary>Answers with <paramref name="error"/>; no cache keeps it.</summary>
    public static Task AnswerAsync(this HttpContext context, Error error)
    {
        context.Response.StatusCode = error.Status;
        if (context.Features.Get<IHttpResponseFeature>() is { } response)
        {
            response.ReasonPhrase = null; // what a cell may have given its own answer
        }

        if (error == DirectoryLoading)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        context.Response.ContentType = Problem.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, Problem.From(error), WireJson.Default.Problem, context.RequestAborted);
    }
}
