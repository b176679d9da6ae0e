using Microsoft.AspNetCore.Builder;

namespace Tessera.ControlPlane.Http;

/// <summary>Rules for every request, whatever it asks for.</summary>
internal static class RequestRules
{
    /// <summary>Refuses a query parameter given twice: two readers of one request could choose differently.</summary>
    public static IApplicationBuilder UseRequestRules(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        // Answers hold keys, client secrets and people's names.
        http.Response.Headers.CacheControl = "no-store";
        foreach (var (name, values) in http.Request.Query)
        {
            if (values.Count > 1)
            {
                return ProblemResult.WriteAsync(http.Response, HttpErrors.DuplicateParameter(name.Length <= 100 ? name : name[..100]));
            }
        }

        return next(http);
    });
}
