using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>The sample API, which serves all tenants: a token reaches its own tenant's rows there, so every attempt is for the victim's.</summary>
internal static class OrdersDeclarations
{
    private const string Session = "orders-page";

    public static Dictionary<string, Declaration> All { get; } = new()
    {
        ["orders GET /health"] = Declaration.Open(_ => new Attempt("GET", "/health")),
        ["orders GET /orders"] = new(aim => NamingTheVictim(aim, new Attempt("GET", "/orders")), answer => answer.IsGood),
        ["orders GET /orders/{id:long}"] = new(TheVictimsOrder, answer => answer.IsGood),
        ["orders POST /orders"] = new(aim => NamingTheVictim(aim, new Attempt("POST", "/orders") { Json = """{"item":"x","quantity":1}""" }), answer => answer.IsGood),
        ["orders GET /profiles/me"] = Named("GET", "/profiles/me"),
        ["orders GET /profiles/subjects"] = Named("GET", "/profiles/subjects"),
        ["orders GET /profiles/subjects/{sub}"] = new(TheVictimsProfile, answer => answer.IsGood),
        ["orders PUT /profiles/subjects/{sub}"] = Named("PUT", aim => $"/profiles/subjects/{aim.Victim.User.Sub}"),
        ["orders DELETE /profiles/subjects/{sub}"] = Named("DELETE", aim => $"/profiles/subjects/{aim.Victim.User.Sub}"),
        ["orders GET /profiles/roles"] = Named("GET", "/profiles/roles"),
        ["orders GET /profiles/roles/{role}"] = Named("GET", "/profiles/roles/x"),
        ["orders PUT /profiles/roles/{role}"] = Named("PUT", "/profiles/roles/x"),
        ["orders DELETE /profiles/roles/{role}"] = Named("DELETE", "/profiles/roles/x"),
        ["orders GET /profiles/permissions"] = Named("GET", "/profiles/permissions"),
        ["orders POST /profiles/import"] = Named("POST", "/profiles/import"),
        ["orders GET /"] = Declaration.Open(_ => new Attempt("GET", "/"), InSession("GET", "/")),
        ["orders GET /page.css"] = Declaration.Open(_ => new Attempt("GET", "/page.css"), InSession("GET", "/page.css")),
        ["orders GET /sign-in"] = new(aim => OnThePage(aim, new Attempt("GET", $"/sign-in?slug={aim.Victim.Slug}")), BeginsSession),
        ["orders GET /callback"] = new(Callback, answer => BeginsSession(answer) || answer.IsRedirect),
        ["orders POST /sign-out"] = Declaration.Open(_ => new Attempt("POST", "/sign-out"), InSession("POST", "/sign-out")),
    };

    private static bool BeginsSession(Answer answer) => answer.SetCookie.Contains(Session + "=", StringComparison.Ordinal);

    private static IEnumerable<Attempt> NamingTheVictim(Aim aim, Attempt request)
    {
        var (id, slug) = (aim.Victim.Tenant.TenantId, aim.Victim.Slug);
        foreach (var header in new[] { ("X-Tenant-Id", id), ("X-Tenant-Id", slug), ("Tenant", slug), ("Tessera-Tenant-Id", id) })
        {
            yield return Bearer(aim, request) with { Header = header };
        }

        foreach (var (name, value) in new[] { ("tenant_id", id), ("tenant", slug), ("TENANTID", id) })
        {
            yield return Bearer(aim, request with { Path = QueryHelpers.AddQueryString(request.Path, name, value) });
            yield return Bearer(aim, request with { Json = JsonSerializer.Serialize(new Dictionary<string, object> { ["item"] = "x", ["quantity"] = 1, [name == "tenant" ? "tenantId" : name] = value }) });
        }

        yield return request with { Cookie = $"{Session}={aim.Ticket.Value}" };
    }

    private static Declaration Named(string method, string path) => Named(method, _ => path);

    // At its own tenant the ticket may do as it may; it is the victim's name beside it that must get nowhere.
    private static Declaration Named(string method, Func<Aim, string> path) => new(aim => NamingTheVictim(aim, new Attempt(method, path(aim))), answer => answer.IsGood);

    // One account of a shared realm has the same subject, and a profile of its own, in each of its tenants.
    private static IEnumerable<Attempt> TheVictimsProfile(Aim aim)
    {
        var request = new Attempt("GET", $"/profiles/subjects/{aim.Victim.User.Sub}");
        return aim.Victim.User.Sub == aim.Attacker.User.Sub ? NamingTheVictim(aim, request) : [.. NamingTheVictim(aim, request), .. OnThePage(aim, request)];
    }

    private static Attempt[] TheVictimsOrder(Aim aim) => OnThePage(aim, new Attempt("GET", $"/orders/{aim.VictimOrder}"));

    // The browser of a page that was never sent anywhere comes back with the ticket as its code.
    private static Attempt[] Callback(Aim aim) => OnThePage(aim, new Attempt(
        "GET", QueryHelpers.AddQueryString("/callback", new Dictionary<string, string?> { ["code"] = aim.Ticket.Value, ["state"] = "s", ["iss"] = aim.Victim.Issuer })));

    private static Attempt[] OnThePage(Aim aim, Attempt request) => [.. Declaration.InHeaders(aim, request), .. Declaration.InHeaders(aim, request, Session).Skip(1).Take(1)];

    private static Func<Aim, Attempt> InSession(string method, string path) => aim => new Attempt(method, path) { Cookie = $"{Session}={aim.Ticket.Value}" };

    private static Attempt Bearer(Aim aim, Attempt request) => request with { Authorization = "Bearer " + aim.Ticket.BearerFor(aim, request) };
}
