using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Moves;

namespace Tessera.ControlPlane.Cells;

/// <summary>One thing to be done at a cell, and the right it takes.</summary>
internal sealed record CellCall(HttpMethod Method, string Path, ServicePurpose Purpose, TenantId? Tenant)
{
    public byte[] Body { get; private init; } = [];

    public string MediaType { get; private init; } = "application/json";

    /// <summary>How long its answer may take; 15 seconds unless set.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A header of the answer that is asked for beside its body.</summary>
    public string? AnswerHeader { get; init; }

    public CellCall With<T>(T value, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(value, type) };

    /// <summary>With a body that is not ours to read.</summary>
    public CellCall With(byte[] body, string mediaType) => this with { Body = body, MediaType = mediaType };
}

/// <param name="Header">The one asked for; null where the answer has it not.</param>
internal sealed record CellAnswer(byte[] Body, string? Header);

/// <summary>Speaks to cells' control doors, each request with a service token for itself alone.</summary>
internal sealed partial class CellClient(ControlKey key, TimeProvider time, ILogger<CellClient> log) : IDisposable
{
    private static readonly HttpStatusCode[] CallersFault =
        [HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity, HttpStatusCode.TooManyRequests];

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each call has its own
        MaxResponseContentBufferSize = 4 << 20,
    };

    /// <summary>The body of the cell's good answer; a refusal that is about the caller's input as the cell put it.</summary>
    public async Task<Outcome<byte[]>> SendAsync(CellDoor cell, CellCall call, CancellationToken cancellation) => await AskAsync(cell, call, cancellation) switch
    {
        Outcome<CellAnswer>.Done(var answer) => answer.Body,
        Outcome<CellAnswer>.Refused(var error) => error,
        _ => CellErrors.CellRefused(),
    };

    /// <summary>The same with the header the call asks for.</summary>
    public async Task<Outcome<CellAnswer>> AskAsync(CellDoor cell, CellCall call, CancellationToken cancellation)
    {
        var uri = new Uri(cell.Endpoint, call.Path);
        using var request = new HttpRequestMessage(call.Method, uri);
        request.Headers.Authorization = new("Bearer", ServiceToken.Issue(
            key.Identity, cell.CellId, call.Purpose, call.Tenant, call.Method.Method, uri.PathAndQuery, call.Body, time.GetUtcNow()));
        if (call.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue(call.MediaType) } };
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(call.Patience);
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            var body = await response.Content.ReadAsByteArrayAsync(patience.Token);
            if (response.IsSuccessStatusCode)
            {
                return new CellAnswer(body, call.AnswerHeader is { } name && response.Headers.TryGetValues(name, out var values) ? values.First() : null);
            }

            Refused(log, cell.CellId, call.Method, uri.AbsolutePath, (int)response.StatusCode);
            return CallersFault.Contains(response.StatusCode) && ProblemIn(body) is { } problem
                ? new Error(problem.Code, (int)response.StatusCode, problem.Detail, problem.Field)
                : response.StatusCode switch
                {
                    HttpStatusCode.ServiceUnavailable => CellErrors.CellUnreachable(),
                    HttpStatusCode.MisdirectedRequest => MoveErrors.TenantMoving(), // it has left this cell since we looked
                    _ => CellErrors.CellRefused(),
                };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            Unreachable(log, cell.CellId, call.Method, uri.AbsolutePath, e.GetType().Name);
            return CellErrors.CellUnreachable();
        }
    }

    /// <summary>The cell's good answer read as <typeparamref name="T"/>.</summary>
    public async Task<Outcome<T>> SendAsync<T>(CellDoor cell, CellCall call, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        switch (await SendAsync(cell, call, cancellation))
        {
            case Outcome<byte[]>.Refused(var error):
                return error;
            case Outcome<byte[]>.Done(var body) when Read(body, type) is { } value:
                return value;
            default:
                Refused(log, cell.CellId, call.Method, call.Path, 0);
                return CellErrors.CellRefused();
        }
    }

    public void Dispose() => _http.Dispose();

    private static Problem? ProblemIn(byte[] body) =>
        Read(body, WireJson.Default.Problem) is { Code.Length: > 0 and <= 64, Detail.Length: <= 1000 } problem ? problem : null;

    private static T? Read<T>(byte[] body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Warning, Message = "Cell {Cell} answered {Method} {Path} with {Status}.")]
    private static partial void Refused(ILogger log, CellId cell, HttpMethod method, string path, int status);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "Cell {Cell} did not answer {Method} {Path}: {Failure}.")]
    private static partial void Unreachable(ILogger log, CellId cell, HttpMethod method, string path, string failure);
}
