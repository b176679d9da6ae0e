using Tessera.Cell.Realms;

namespace Tessera.Cell.Pages;

/// <summary>The frame of every page at a sign-in host. No page has a script; the policy says so to the browser.</summary>
internal static class Page
{
    /// <param name="formTarget">An origin the page's form may lead to by redirection, beside its own.</param>
    public static IResult Show(Realm realm, string title, Html body, int status = StatusCodes.Status200OK, string? formTarget = null)
    {
        var page = Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{title}</title>
              <link rel="stylesheet" href="/assets/sign-in.css">
            </head>
            <body>
              <main>
                <p class="tenant">{realm.DisplayName}</p>
                {body}
              </main>
            </body>
            </html>
            """);
        return new PageResult(page, status, formTarget);
    }

    public static IResult Message(Realm realm, string title, string text, int status = StatusCodes.Status200OK) =>
        Show(realm, title, Html.Of($"<h1>{title}</h1><p>{text}</p>"), status);

    private sealed class PageResult(Html page, int status, string? formTarget) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; style-src 'self'; form-action 'self' {formTarget}; frame-ancestors 'none'; base-uri 'none'".Replace(" ;", ";", StringComparison.Ordinal);
            return response.WriteAsync(page.ToString(), httpContext.RequestAborted);
        }
    }
}
