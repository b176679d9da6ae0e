using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Diagnostics;
using Tessera.Cell.Realms;

namespace Tessera.Cell.Pages;

/// <summary>An error that has no body yet, as a page to people and as JSON to machines.</summary>
internal sealed class ErrorPages : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Features.Set<IStatusCodePagesFeature>(new StatusCodePagesFeature());
        await next(context);
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength is not null || !string.IsNullOrEmpty(response.ContentType))
        {
            return;
        }

        if (context.CurrentDoor() == Door.SignIn)
        {
            var protocol = context.GetOpenIddictServerResponse();
            var text = protocol?.ErrorDescription ?? (response.StatusCode == StatusCodes.Status404NotFound ? "There is nothing at this address." : "The request cannot be served.");
            var page = Page.Message(context.RequestServices.GetRequiredService<RealmScope>().Realm, protocol?.Error is null ? "This did not work" : "The application's request is not valid", text, response.StatusCode);
            await page.ExecuteAsync(context);
            return;
        }

        await Limits.ProblemResponse.WriteAsync(context, new(
            response.StatusCode == StatusCodes.Status404NotFound ? "not_found" : "refused", response.StatusCode, "There is nothing at this address, or not for this method."));
    }
}
