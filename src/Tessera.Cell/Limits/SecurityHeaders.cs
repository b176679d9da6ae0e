namespace Tessera.Cell.Limits;

/// <summary>What every answer tells the browser. Pages add their own content policy.</summary>
internal sealed class SecurityHeaders : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Set(context.Response.Headers);
        return next(context);
    }

    public static void Set(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store"; // what may be kept says so itself
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        // Not no-referrer: browsers would then send "Origin: null" with our own forms.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
