using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Ids;
using Tessera.SystemTests.Running;
using static Tessera.SystemTests.Isolation.Matrix.Attempt;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>A cell's pages, and its control door.</summary>
internal static class CellDeclarations
{
    public static Dictionary<string, Declaration> All { get; } = new()
    {
        ["cell GET /health"] = Declaration.Open(_ => new Attempt("GET", "/health")),
        ["cell GET /"] = Declaration.Open(_ => new Attempt("GET", "/")),
        ["cell GET /login"] = Declaration.Open(aim => new Attempt("GET", "/login" + Visitor.AuthorizeQuery(aim.Victim.Tenant))),
        ["cell POST /login"] = new(Login, answer => answer.SetCookie.Length > 0 || answer.IsRedirect),
        ["cell GET /device/done"] = Declaration.Open(_ => new Attempt("GET", "/device/done")),
        ["cell GET /signed-out"] = Declaration.Open(_ => new Attempt("GET", "/signed-out")),
        ["cell GET /assets/sign-in.css"] = Declaration.Open(_ => new Attempt("GET", "/assets/sign-in.css")),
        ["cell PUT /cell/pools/{pool}"] = Declaration.Guarded(aim => Send("PUT", $"/cell/pools/{aim.Victim.Pool}")),
        ["cell POST /cell/import/realms"] = Declaration.Guarded(_ => Send("POST", "/cell/import/realms")),
        ["cell POST /cell/import/accounts"] = Declaration.Guarded(_ => Send("POST", "/cell/import/accounts")),
        ["cell PUT /cell/realms/{realm}"] = Declaration.Guarded(aim => Send("PUT", Realm(aim.Victim))),
        ["cell DELETE /cell/realms/{realm}"] = Declaration.Guarded(aim => new Attempt("DELETE", Realm(aim.Victim))),
        ["cell PUT /cell/realms/{realm}/clients/{client}"] = Declaration.Guarded(aim => Send("PUT", Client(aim.Victim))),
        ["cell DELETE /cell/realms/{realm}/clients/{client}"] = Declaration.Guarded(aim => new Attempt("DELETE", Client(aim.Victim))),
        ["cell POST /cell/realms/{realm}/accounts"] = Declaration.Guarded(aim => Send("POST", Realm(aim.Victim) + "/accounts")),
        ["cell GET /cell/realms/{realm}/accounts"] = Declaration.Guarded(aim => new Attempt("GET", Realm(aim.Victim) + "/accounts")),
        ["cell GET /cell/realms/{realm}/accounts/{sub:guid}"] = Declaration.Guarded(aim => new Attempt("GET", Account(aim.Victim, aim.Victim)), OthersAccount("GET", null)),
        ["cell PATCH /cell/realms/{realm}/accounts/{sub:guid}"] = Declaration.Guarded(
            aim => Send("PATCH", Account(aim.Victim, aim.Victim)), OthersAccount("PATCH", """{"enabled":true}""")),
        ["cell DELETE /cell/realms/{realm}/accounts/{sub:guid}"] = Declaration.Guarded(aim => new Attempt("DELETE", Account(aim.Victim, aim.Victim)), OthersAccount("DELETE", null)),
        ["cell GET /choose-tenant"] = Declaration.Open(aim => new Attempt("GET", "/choose-tenant" + Visitor.AuthorizeQuery(aim.Victim.Tenant))),
        ["cell PUT /cell/realms/{realm}/tenants/{tenant}"] = Declaration.Guarded(aim => Send("PUT", SharedTenant(aim.Victim)), ByOwnTenant("PUT", SharedTenant)),
        ["cell DELETE /cell/realms/{realm}/tenants/{tenant}"] = Declaration.Guarded(aim => new Attempt("DELETE", SharedTenant(aim.Victim))),
        ["cell PUT /cell/realms/{realm}/tenants/{tenant}/client-grants/{client}"] = Declaration.Guarded(aim => Send("PUT", ClientGrant(aim.Victim))),
        ["cell DELETE /cell/realms/{realm}/tenants/{tenant}/client-grants/{client}"] = Declaration.Guarded(aim => new Attempt("DELETE", ClientGrant(aim.Victim))),
        ["cell POST /cell/realms/{realm}/fork"] = Declaration.Guarded(aim => Send("POST", Realm(aim.Victim) + "/fork")),
        ["cell POST /cell/realms/{realm}/tenants/{tenant}/members"] = Declaration.Guarded(aim => Send("POST", Members(aim.Victim))),
        ["cell GET /cell/realms/{realm}/tenants/{tenant}/members"] = Declaration.Guarded(aim => new Attempt("GET", Members(aim.Victim))),
        ["cell GET /cell/realms/{realm}/tenants/{tenant}/members/{sub:guid}"] = Declaration.Guarded(aim => new Attempt("GET", Member(aim.Victim))),
        ["cell PATCH /cell/realms/{realm}/tenants/{tenant}/members/{sub:guid}"] = Declaration.Guarded(aim => Send("PATCH", Member(aim.Victim))),
        ["cell DELETE /cell/realms/{realm}/tenants/{tenant}/members/{sub:guid}"] = Declaration.Guarded(aim => new Attempt("DELETE", Member(aim.Victim))),
        ["cell GET /cell/realms/{realm}/moves/{move}"] = Declaration.Guarded(aim => new Attempt("GET", Move(aim.Victim))),
        ["cell PUT /cell/realms/{realm}/moves/{move}/arrival"] = Declaration.Guarded(aim => Send("PUT", Move(aim.Victim) + "/arrival")),
        ["cell DELETE /cell/realms/{realm}/moves/{move}/arrival"] = Declaration.Guarded(aim => new Attempt("DELETE", Move(aim.Victim) + "/arrival")),
        ["cell PUT /cell/realms/{realm}/moves/{move}/departure"] = Declaration.Guarded(aim => Send("PUT", Move(aim.Victim) + "/departure")),
        ["cell POST /cell/realms/{realm}/moves/{move}/repool"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/repool")),
        ["cell POST /cell/realms/{realm}/moves/{move}/arrival/rows"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/arrival/rows")),
        ["cell POST /cell/realms/{realm}/moves/{move}/arrival/digest"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/arrival/digest")),
        ["cell POST /cell/realms/{realm}/moves/{move}/arrival/activate"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/arrival/activate")),
        ["cell POST /cell/realms/{realm}/moves/{move}/departure/rows"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/departure/rows")),
        ["cell POST /cell/realms/{realm}/moves/{move}/departure/digest"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/departure/digest")),
        ["cell POST /cell/realms/{realm}/moves/{move}/departure/fence"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/departure/fence")),
        ["cell POST /cell/realms/{realm}/moves/{move}/departure/unfence"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/departure/unfence")),
        ["cell POST /cell/realms/{realm}/moves/{move}/departure/moved"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/departure/moved")),
        ["cell POST /cell/realms/{realm}/moves/{move}/departure/purge"] = Declaration.Guarded(aim => Send("POST", Move(aim.Victim) + "/departure/purge")),
    };

    // The victim's realm in the path, with the tenant that the attacker's service token is really for.
    private static Func<Aim, Attempt> ByOwnTenant(string method, Func<Party, string> path) => aim =>
    {
        var request = new Attempt(method, path(aim.Victim).Replace(aim.Victim.Tenant.TenantId, aim.Attacker.Tenant.TenantId, StringComparison.Ordinal)) { Json = "{}" };
        return request with { Authorization = "Bearer " + aim.Ticket.BearerFor(aim, request) };
    };

    // The attacker's own realm in the path, and the victim's account behind it.
    private static Func<Aim, Attempt> OthersAccount(string method, string? json) => aim =>
    {
        var request = new Attempt(method, Account(aim.Attacker, aim.Victim)) { Json = json };
        return request with { Authorization = "Bearer " + aim.Ticket.BearerFor(aim, request), Accepted = answer => answer.IsGood };
    };

    // A password is tried as one; everything else beside an empty form, so that no hash is paid for.
    private static IEnumerable<Attempt> Login(Aim aim)
    {
        var path = "/login" + Visitor.AuthorizeQuery(aim.Victim.Tenant);
        var empty = new Attempt("POST", path) { Form = Fields(("username", aim.Victim.User.Username), ("password", "")) };
        foreach (var attempt in Declaration.InHeaders(aim, empty))
        {
            yield return attempt;
        }

        if (aim.Ticket.Kind == TicketKind.Password)
        {
            yield return empty with { Form = Fields(("username", aim.Victim.User.Username), ("password", aim.Ticket.Value)) };
            yield return empty with
            {
                Path = QueryHelpers.AddQueryString(path, "tenant", aim.Attacker.Slug),
                Form = Fields(("username", aim.Victim.User.Username), ("password", aim.Ticket.Value), ("tenant_id", aim.Attacker.Tenant.TenantId)),
            };
        }
    }

    // An empty object is malformed for each of them: the caller who is told so was let in.
    private static Attempt Send(string method, string path) => new(method, path) { Json = "{}" };

    private static string Realm(Party party) => $"/cell/realms/{party.Tenant.Realm}";

    private static string Move(Party party) => $"{Realm(party)}/moves/{MoveId.New()}";

    private static string Client(Party party) => $"{Realm(party)}/clients/{party.Tenant.ClientId}";

    private static string SharedTenant(Party party) => $"{Realm(party)}/tenants/{party.Tenant.TenantId}";

    private static string ClientGrant(Party party) => $"{SharedTenant(party)}/client-grants/{party.Tenant.ClientId}";

    private static string Members(Party party) => $"{SharedTenant(party)}/members";

    private static string Member(Party party) => $"{Members(party)}/{party.User.Sub}";

    private static string Account(Party realm, Party sub) => $"{Realm(realm)}/accounts/{sub.User.Sub}";
}
