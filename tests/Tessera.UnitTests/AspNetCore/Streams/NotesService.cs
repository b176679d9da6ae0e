using Grpc.Core;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.AspNetCore.Streams;

/// <summary>A gRPC service as anybody writes one: the tenant is in its scope.</summary>
internal sealed class NotesService(TenantScope scope) : Notes.NotesBase
{
    public override Task<Answer> Who(Question request, ServerCallContext context) => Task.FromResult(Here(context));

    public override async Task Follow(Question request, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        while (true)
        {
            await (request.Text is "flood" ? responseStream.WriteAsync(Here(context), context.CancellationToken) : responseStream.WriteAsync(Here(context)));
            await (request.Text switch
            {
                "idle" => Task.Delay(Timeout.Infinite, context.CancellationToken),
                "flood" => Task.CompletedTask,
                "deaf" => Task.Delay(TimeSpan.FromSeconds(30), CancellationToken.None),
                _ => Task.Delay(20, context.CancellationToken),
            });
        }
    }

    public override async Task<Answer> Collect(IAsyncStreamReader<Question> requestStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            _ = requestStream.Current;
        }

        return Here(context);
    }

    public override async Task Talk(IAsyncStreamReader<Question> requestStream, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        await foreach (var _ in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(Here(context), context.CancellationToken);
        }
    }

    private Answer Here(ServerCallContext context) => new() { Tenant = scope.Tenant.ToString(), Subject = context.GetHttpContext().User.FindFirst("sub")!.Value };
}
