using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Orders.Page;

/// <summary>The page's markup: no scripts, everything from elsewhere encoded.</summary>
internal static class PageHtml
{
    public const string Style = """
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem; border-bottom: 1px solid #ddd; }
        input, button { font: inherit; padding: .4rem .6rem; } .note { color: #a00; }
        """;

    /// <summary>Nothing but this page's own style, and forms that lead to the tenants' sign-in hosts.</summary>
    public static void Guard(HttpContext context, PageOptions options)
    {
        var auth = new Uri(options.RouteApi);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {auth.Scheme}://*.{auth.Authority}";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
    }

    public static IResult Welcome(string? note = null, int status = 200) => Page($"""
        <h1>Orders</h1>
        {(note is null ? "" : $"<p class=\"note\" role=\"alert\">{Encode(note)}</p>")}
        <form action="/sign-in" method="get">
          <label>Your organisation <input name="slug" required autocomplete="organization" autofocus></label>
          <button>Sign in</button>
        </form>
        """, status);

    public static IResult Orders(string slug, OrderList list)
    {
        var rows = new StringBuilder();
        foreach (var order in list.Orders)
        {
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{order.Id}</td><td>{Encode(order.Item)}</td><td>{order.Quantity}</td></tr>");
        }

        return Page($"""
            <h1>Orders of {Encode(slug)}</h1>
            <table><thead><tr><th>No.</th><th>Item</th><th>Quantity</th></tr></thead><tbody>{rows}</tbody></table>
            <form action="/sign-out" method="post"><button>Sign out</button></form>
            """, 200);
    }

    private static IResult Page(string body, int status) => Results.Content(
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Orders</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body>{body}</body></html>",
        "text/html; charset=utf-8", Encoding.UTF8, status);

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
