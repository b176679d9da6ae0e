using System.Text.Json;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>The admin API. No body is complete: the caller who is told what it lacks was let in.</summary>
internal static class ControlDeclarations
{
    public static Dictionary<string, Declaration> All { get; } = new()
    {
        ["control GET /health"] = Declaration.Open(_ => new Attempt("GET", "/health")),
        ["control GET /openapi/{documentName}.json"] = Declaration.Open(_ => new Attempt("GET", "/openapi/v1.json")),
        ["control GET /directory/key"] = Declaration.Open(_ => new Attempt("GET", "/directory/key")),
        ["control GET /feed"] = ButFor(TicketKind.FeedKey, Declaration.Guarded(_ => new Attempt("GET", "/feed"))),
        ["control POST /cells/join"] = new(Join, answer => answer.IsGood),
        ["control POST /cells/{cell}/revocations"] = new(aim => Tell(aim, "revocations"), answer => answer.IsGood),
        ["control POST /cells/{cell}/policy"] = new(aim => Tell(aim, "policy"), answer => answer.IsGood),
        ["control GET /policy"] = Declaration.Guarded(_ => new Attempt("GET", "/policy")),
        ["control PUT /policy"] = Declaration.Guarded(_ => Send("PUT", "/policy") with { Json = """{"session_minutes":1}""" }),
        ["control GET /cells"] = Declaration.Guarded(_ => new Attempt("GET", "/cells")),
        ["control POST /cells"] = Declaration.Guarded(_ => Send("POST", "/cells")),
        ["control POST /cells/{cell}/drain"] = Declaration.Guarded(aim => Send("POST", $"/cells/{aim.Victim.Cell.CellId}/drain") with { Json = """{"to":"no cell"}""" }),
        ["control GET /cells/{cell}/drain"] = Declaration.Guarded(aim => new Attempt("GET", $"/cells/{aim.Victim.Cell.CellId}/drain")),
        ["control POST /cells/{cell}/declare-lost"] = Declaration.Guarded(aim => Send("POST", $"/cells/{aim.Victim.Cell.CellId}/declare-lost")),
        ["control POST /tenants/{tenantId}/moves"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/moves")),
        ["control GET /tenants/{tenantId}/moves"] = Declaration.Guarded(aim => new Attempt("GET", Tenant(aim.Victim) + "/moves")),
        ["control GET /moves/{move}"] = Declaration.Guarded(
            _ => new Attempt("GET", "/moves/nosuchmove"), aim => With(aim, new Attempt("GET", $"/moves/x?tenantId={aim.Attacker.Tenant.TenantId}"))),
        ["control POST /moves/{move}/abort"] = Declaration.Guarded(
            _ => Send("POST", "/moves/nosuchmove/abort"), aim => With(aim, Send("POST", $"/moves/x/abort?tenantId={aim.Attacker.Tenant.TenantId}"))),
        ["control POST /cells/recount"] = Declaration.Guarded(_ => Send("POST", "/cells/recount")),
        ["control PATCH /cells/{cell}"] = Declaration.Guarded(aim => Send("PATCH", $"/cells/{aim.Victim.Cell.CellId}")),
        ["control GET /cells/{cell}/user-pools"] = Declaration.Guarded(aim => new Attempt("GET", UserPools(aim))),
        ["control POST /cells/{cell}/user-pools"] = Declaration.Guarded(aim => Send("POST", UserPools(aim))),
        ["control POST /cells/{cell}/user-pools/{userPool}/tenants"] = Declaration.Guarded(aim => Send("POST", $"{UserPools(aim)}/{aim.Victim.Tenant.Realm}/tenants")),
        ["control POST /tenants/import"] = Declaration.Guarded(_ => Send("POST", "/tenants/import"), aim => With(aim, Send("POST", $"/tenants/import?tenantId={aim.Attacker.Tenant.TenantId}"))),
        ["control POST /users/import"] = Declaration.Guarded(_ => Send("POST", "/users/import"), aim => With(aim, Send("POST", $"/users/import?tenantId={aim.Attacker.Tenant.TenantId}"))),
        ["control POST /tenants/{tenantId}/users/import"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/users/import")),
        ["control GET /keys"] = Declaration.Guarded(_ => new Attempt("GET", "/keys")),
        ["control POST /keys"] = Declaration.Guarded(_ => Send("POST", "/keys")),
        ["control DELETE /keys/{keyId}"] = Declaration.Guarded(_ => new Attempt("DELETE", "/keys/nosuchkey"), aim => With(aim, new Attempt("DELETE", $"/keys/x?tenantId={aim.Attacker.Tenant.TenantId}"))),
        ["control GET /audit"] = Declaration.Guarded(_ => new Attempt("GET", "/audit")),
        ["control GET /tenants"] = Declaration.Guarded(aim => new Attempt("GET", $"/tenants?slug={aim.Victim.Slug}"), aim => With(aim, new Attempt("GET", $"/tenants?tenantId={aim.Attacker.Tenant.TenantId}"))),
        ["control POST /tenants"] = Declaration.Guarded(_ => Send("POST", "/tenants")),
        ["control GET /tenants/{tenantId}"] = Declaration.Guarded(aim => new Attempt("GET", Tenant(aim.Victim))),
        ["control DELETE /tenants/{tenantId}"] = Declaration.Guarded(aim => new Attempt("DELETE", Tenant(aim.Victim))),
        ["control POST /tenants/{tenantId}/suspend"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/suspend")),
        ["control POST /tenants/{tenantId}/resume"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/resume")),
        ["control POST /tenants/{tenantId}/promote"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/promote")),
        ["control POST /tenants/{tenantId}/end-shared"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/end-shared")),
        ["control PUT /tenants/{tenantId}/client-grants/{clientId}"] = Declaration.Guarded(
            aim => Send("PUT", Grant(aim.Victim, aim.Victim)), aim => Own(aim, Send("PUT", Grant(aim.Attacker, aim.Victim)) with { Json = """{"scopes":[]}""" })),
        ["control DELETE /tenants/{tenantId}/client-grants/{clientId}"] = Declaration.Guarded(
            aim => new Attempt("DELETE", Grant(aim.Victim, aim.Victim)), aim => Own(aim, new Attempt("DELETE", Grant(aim.Attacker, aim.Victim)))),
        ["control GET /tenants/{tenantId}/clients"] = Declaration.Guarded(aim => new Attempt("GET", Tenant(aim.Victim) + "/clients")),
        ["control POST /tenants/{tenantId}/clients"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/clients")),
        ["control DELETE /tenants/{tenantId}/clients/{clientId}"] = Declaration.Guarded(
            aim => new Attempt("DELETE", Client(aim.Victim, aim.Victim)), aim => Own(aim, new Attempt("DELETE", Client(aim.Attacker, aim.Victim)))),
        ["control GET /tenants/{tenantId}/users"] = Declaration.Guarded(aim => new Attempt("GET", Tenant(aim.Victim) + "/users")),
        ["control POST /tenants/{tenantId}/users"] = Declaration.Guarded(aim => Send("POST", Tenant(aim.Victim) + "/users")),
        ["control GET /tenants/{tenantId}/users/{sub}"] = Declaration.Guarded(
            aim => new Attempt("GET", User(aim.Victim, aim.Victim)), aim => Own(aim, new Attempt("GET", User(aim.Attacker, aim.Victim)))),
        ["control PATCH /tenants/{tenantId}/users/{sub}"] = Declaration.Guarded(
            aim => Send("PATCH", User(aim.Victim, aim.Victim)), aim => Own(aim, Send("PATCH", User(aim.Attacker, aim.Victim)) with { Json = """{"enabled":true}""" })),
        ["control DELETE /tenants/{tenantId}/users/{sub}"] = Declaration.Guarded(
            aim => new Attempt("DELETE", User(aim.Victim, aim.Victim)), aim => Own(aim, new Attempt("DELETE", User(aim.Attacker, aim.Victim)))),
        ["control GET /shared-realms"] = Declaration.Guarded(_ => new Attempt("GET", "/shared-realms")),
        ["control POST /shared-realms"] = Declaration.Guarded(_ => Send("POST", "/shared-realms")),
        ["control GET /shared-realms/{realm}"] = Declaration.Guarded(aim => new Attempt("GET", Realm(aim))),
        ["control GET /shared-realms/{realm}/clients"] = Declaration.Guarded(aim => new Attempt("GET", Realm(aim) + "/clients")),
        ["control POST /shared-realms/{realm}/clients"] = Declaration.Guarded(aim => Send("POST", Realm(aim) + "/clients")),
        ["control DELETE /shared-realms/{realm}/clients/{clientId}"] = Declaration.Guarded(aim => new Attempt("DELETE", $"{Realm(aim)}/clients/{aim.Victim.Tenant.ClientId}")),
        ["control GET /shared-realms/{realm}/accounts"] = Declaration.Guarded(aim => new Attempt("GET", Realm(aim) + "/accounts")),
        ["control GET /shared-realms/{realm}/accounts/{sub}"] = Declaration.Guarded(aim => new Attempt("GET", $"{Realm(aim)}/accounts/{aim.Victim.User.Sub}")),
        ["control PATCH /shared-realms/{realm}/accounts/{sub}"] = Declaration.Guarded(aim => Send("PATCH", $"{Realm(aim)}/accounts/{aim.Victim.User.Sub}")),
        ["control DELETE /shared-realms/{realm}/accounts/{sub}"] = Declaration.Guarded(aim => new Attempt("DELETE", $"{Realm(aim)}/accounts/{aim.Victim.User.Sub}")),
    };

    // A feed key is of no tenant: at the feed it is at home.
    private static Declaration ButFor(TicketKind kind, Declaration declaration) =>
        declaration with { Attempts = aim => aim.Ticket.Kind == kind ? [] : declaration.Attempts(aim) };

    private static IEnumerable<Attempt> Join(Aim aim)
    {
        var key = new { kty = "EC", kid = "x", alg = "ES256", use = "sig", crv = "P-256", x = "x", y = "y" };
        var body = JsonSerializer.Serialize(new { cell_id = aim.Victim.Cell.CellId, join_token = aim.Ticket.Value, endpoint = "http://127.0.0.1:1", public_key = key });
        var request = new Attempt("POST", "/cells/join") { Json = body };
        return Declaration.InHeaders(aim, request).Prepend(request);
    }

    // Whatever it is, it is not the cell's signature; CellNoticesTests has true ones of another cell.
    private static IEnumerable<Attempt> Tell(Aim aim, string what)
    {
        object telling = what == "policy" ? new { statement = aim.Ticket.Value, after = 0, wait = 0 } : new { statement = aim.Ticket.Value };
        var request = new Attempt("POST", $"/cells/{aim.Victim.Cell.CellId}/{what}") { Json = JsonSerializer.Serialize(telling) };
        return Declaration.InHeaders(aim, request).Prepend(request);
    }

    // The attacker's own tenant in the path, and the victim's client or user behind it: the door opens, the thing is not there.
    private static Attempt Own(Aim aim, Attempt request) => With(aim, request) with { Accepted = answer => answer.IsGood };

    private static Attempt With(Aim aim, Attempt request) => request with { Authorization = "Bearer " + aim.Ticket.BearerFor(aim, request) };

    private static Attempt Send(string method, string path) => new(method, path) { Json = "{}" };

    private static string Tenant(Party party) => $"/tenants/{party.Tenant.TenantId}";

    private static string Grant(Party tenant, Party client) => $"{Tenant(tenant)}/client-grants/{client.Tenant.ClientId}";

    // The victim's realm: a shared one or, which comes to the same for whoever may not look, none.
    private static string Realm(Aim aim) => $"/shared-realms/{aim.Victim.Tenant.Realm}";

    private static string UserPools(Aim aim) => $"/cells/{aim.Victim.Cell.CellId}/user-pools";

    private static string Client(Party tenant, Party client) => $"{Tenant(tenant)}/clients/{client.Tenant.ClientId}";

    private static string User(Party tenant, Party user) => $"{Tenant(tenant)}/users/{user.User.Sub}";
}
