namespace Tessera.Cell.Realms;

/// <summary>A route mapped for one door does not exist at another. Runs once routing has chosen.</summary>
internal sealed class KeepToDoor : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<AtDoor>()?.Door != context.CurrentDoor())
        {
            context.SetEndpoint(null);
        }

        return next(context);
    }
}
