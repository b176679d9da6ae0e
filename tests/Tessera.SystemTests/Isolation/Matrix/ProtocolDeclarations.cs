using Microsoft.AspNetCore.WebUtilities;
using Tessera.SystemTests.Running;
using static Tessera.SystemTests.Isolation.Matrix.Attempt;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>OAuth 2.0 and OpenID Connect, at the auth host and at the root of the sign-in host.</summary>
internal static class ProtocolDeclarations
{
    public static Dictionary<string, Declaration> All { get; } = new()
    {
        ["cell GET /.well-known/openid-configuration"] = Declaration.Open(_ => new Attempt("GET", "/.well-known/openid-configuration")),
        ["cell GET /.well-known/oauth-authorization-server"] = Declaration.Open(_ => new Attempt("GET", "/.well-known/oauth-authorization-server")),
        ["cell GET /.well-known/jwks.json"] = Declaration.Open(_ => new Attempt("GET", "/.well-known/jwks.json")),
        ["cell POST /oauth2/token"] = new(Token, answer => answer.Body.Contains("access_token", StringComparison.Ordinal)),
        ["cell GET /oauth2/userInfo"] = new(UserInfo("GET"), answer => answer.IsGood),
        ["cell POST /oauth2/userInfo"] = new(UserInfo("POST"), answer => answer.IsGood),
        ["cell POST /oauth2/revoke"] = new(Revoke, _ => false), // what it did is seen at home afterwards
        ["cell POST /oauth2/introspect"] = new(Introspect, answer => answer.IsGood),
        ["cell POST /oauth2/par"] = new(Push, answer => answer.IsGood),
        ["cell POST /oauth2/device_authorization"] = new(BeginDevice, answer => answer.IsGood),
        ["cell GET /device"] = new(aim => AtDevice(aim, Get), KnowsCode),
        ["cell POST /device"] = new(aim => AtDevice(aim, Post), KnowsCode),
        ["cell GET /oauth2/authorize"] = new(aim => Authorize(aim, Get), HasCode),
        ["cell POST /oauth2/authorize"] = new(aim => Authorize(aim, Post), HasCode),
        ["cell GET /logout"] = new(aim => Logout(aim, Get), HasLeft),
        ["cell POST /logout"] = new(aim => Logout(aim, Post), HasLeft),
    };

    private static bool HasCode(Answer answer) => answer.Location.Contains("code=", StringComparison.Ordinal) || answer.Body.Contains("code=", StringComparison.Ordinal);

    private static bool KnowsCode(Answer answer) => answer.IsRedirect || answer.Body.Contains("in on another device", StringComparison.Ordinal);

    private static bool HasLeft(Answer answer) => answer.IsRedirect || answer.SetCookie.Length > 0;

    // As code, as refresh token, as secret; for the victim's client and for the attacker's own.
    private static IEnumerable<Attempt> Token(Aim aim)
    {
        var (ticket, victim, attacker) = (aim.Ticket.Value, aim.Victim.Tenant, aim.Attacker.Tenant);
        foreach (var client in new[] { victim, attacker })
        {
            yield return Send(
                ("grant_type", "authorization_code"), ("code", ticket), ("redirect_uri", client.RedirectUri), ("client_id", client.ClientId), ("code_verifier", Visitor.Verifier));
            yield return Send(("grant_type", "refresh_token"), ("refresh_token", ticket), ("client_id", client.ClientId));
            yield return Send(("grant_type", ProtocolTickets.DeviceGrant), ("device_code", ticket), ("client_id", client.ClientId));
            yield return Send(("grant_type", "client_credentials"), ("client_id", client.MachineClientId), ("client_secret", ticket), ("scope", "orders"));
        }

        foreach (var fields in Proofs(aim, ("grant_type", "client_credentials"), ("scope", "orders")))
        {
            yield return Send(fields);
        }

        foreach (var attempt in Declaration.InHeaders(aim, Send(("grant_type", "client_credentials"), ("scope", "orders"))))
        {
            yield return attempt;
        }

        static Attempt Send(params (string, string)[] fields) => new("POST", "/oauth2/token") { Form = Fields(fields) };
    }

    // The ticket as secret and as assertion, of the victim's client and of the attacker's own.
    private static IEnumerable<(string, string)[]> Proofs(Aim aim, params (string, string)[] fields)
    {
        foreach (var client in new[] { aim.Victim.Tenant, aim.Attacker.Tenant })
        {
            yield return [.. fields, ("client_id", client.MachineClientId), ("client_secret", aim.Ticket.Value)];
            yield return [.. fields, ("client_id", client.MachineClientId), ("client_assertion_type", ProtocolTickets.Bearer), ("client_assertion", Shown(aim))];
        }

        yield return [.. fields, ("client_assertion_type", ProtocolTickets.Bearer), ("client_assertion", Shown(aim))];
    }

    private static string Shown(Aim aim) => aim.Ticket.BearerFor(aim, new Attempt("POST", aim.Surface.Path));

    // As the token asked about, and as the proof of who asks.
    private static IEnumerable<Attempt> Introspect(Aim aim)
    {
        foreach (var fields in Proofs(aim, ("token", "x")))
        {
            yield return new Attempt("POST", aim.Surface.Path) { Form = Fields(fields) };
        }

        var asked = new Attempt("POST", aim.Surface.Path) { Form = Fields(("token", aim.Ticket.Value), ("client_id", aim.Victim.Tenant.MachineClientId), ("client_secret", aim.Victim.Tenant.MachineClientSecret)) };
        yield return asked with { Accepted = answer => answer.IsGood && !answer.Body.Replace(" ", "", StringComparison.Ordinal).Contains("\"active\":false", StringComparison.Ordinal) };
        foreach (var attempt in Declaration.InHeaders(aim, new Attempt("POST", aim.Surface.Path) { Form = Fields(("token", "x")) }))
        {
            yield return attempt;
        }
    }

    // The victim's public client may push; the attacker's, and whoever proves nothing of the victim's machine, may not.
    private static IEnumerable<Attempt> Push(Aim aim)
    {
        (string, string)[] request = [("response_type", "code"), ("scope", "openid"), ("code_challenge", Visitor.Challenge), ("code_challenge_method", "S256")];
        foreach (var fields in Proofs(aim, [.. request, ("redirect_uri", aim.Victim.Tenant.RedirectUri)]))
        {
            yield return new Attempt("POST", aim.Surface.Path) { Form = Fields(fields) };
        }

        yield return new Attempt("POST", aim.Surface.Path) { Form = Fields([.. request, ("redirect_uri", aim.Attacker.Tenant.RedirectUri), ("client_id", aim.Attacker.Tenant.ClientId)]) };
        yield return new Attempt("POST", aim.Surface.Path) { Form = Fields([.. request, ("redirect_uri", aim.Victim.Tenant.RedirectUri), ("client_id", aim.Victim.Tenant.ClientId), ("request_uri", aim.Ticket.Value)]) };
    }

    private static IEnumerable<Attempt> BeginDevice(Aim aim)
    {
        foreach (var fields in Proofs(aim, ("scope", "openid")))
        {
            yield return new Attempt("POST", aim.Surface.Path) { Form = Fields(fields) };
        }

        foreach (var attempt in Declaration.InHeaders(aim, new Attempt("POST", aim.Surface.Path) { Form = Fields(("client_id", aim.Attacker.Tenant.ClientId)) }))
        {
            yield return attempt;
        }
    }

    // As the code a person types, signed in at the victim's; the page is asked from many sources, or it would soon look at none.
    private static IEnumerable<Attempt> AtDevice(Aim aim, Func<string, IEnumerable<KeyValuePair<string, string>>, Attempt> send)
    {
        var source = ("X-Forwarded-For", $"203.0.113.{Random.Shared.Next(1, 255)}");
        yield return send("/device", Fields(("user_code", aim.Ticket.Value))) with { Header = source };
        yield return send("/device", Fields(("user_code", aim.Ticket.Value), ("decision", "allow"))) with { Header = source, Cookie = aim.VictimCookie };
        yield return send("/device", Fields(("user_code", "BBBB-BBBB"), ("decision", "allow"))) with { Header = source, Cookie = $"tessera={aim.Ticket.Value}" };
    }

    // RFC 6750, section 2: header, form and query.
    private static Func<Aim, IEnumerable<Attempt>> UserInfo(string method) => aim =>
    [
        .. Declaration.InHeaders(aim, new Attempt(method, "/oauth2/userInfo")),
        new Attempt(method, QueryHelpers.AddQueryString("/oauth2/userInfo", "access_token", aim.Ticket.Value)),
        new Attempt("POST", "/oauth2/userInfo") { Form = Fields(("access_token", aim.Ticket.Value)) },
    ];

    // RFC 7009 answers 200 to a token it does not know. A foreign client, though, must not be taken for one of the realm's.
    private static IEnumerable<Attempt> Revoke(Aim aim)
    {
        foreach (var hint in new[] { "access_token", "refresh_token" })
        {
            yield return Send(("token", aim.Ticket.Value), ("token_type_hint", hint), ("client_id", aim.Victim.Tenant.ClientId));
            yield return Send(("token", aim.Ticket.Value), ("token_type_hint", hint), ("client_id", aim.Attacker.Tenant.ClientId)) with { Accepted = answer => answer.IsGood };
        }

        foreach (var client in new[] { aim.Victim.Tenant, aim.Attacker.Tenant })
        {
            yield return Send(("token", "x"), ("client_id", client.MachineClientId), ("client_secret", aim.Ticket.Value)) with { Accepted = answer => answer.IsGood };
        }

        static Attempt Send(params (string, string)[] fields) => new("POST", "/oauth2/revoke") { Form = Fields(fields) };
    }

    // As session, as hint, as bearer; for the victim's client and for the attacker's own at the victim's host.
    private static IEnumerable<Attempt> Authorize(Aim aim, Func<string, IEnumerable<KeyValuePair<string, string>>, Attempt> send)
    {
        foreach (var tenant in new[] { aim.Victim.Tenant, aim.Attacker.Tenant })
        {
            var request = QueryHelpers.ParseQuery(Visitor.AuthorizeQuery(tenant)).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
            foreach (var attempt in Declaration.InHeaders(aim, send("/oauth2/authorize", request)))
            {
                yield return attempt;
            }

            yield return send("/oauth2/authorize", request.Append(new("prompt", "none"))) with { Cookie = $"tessera={aim.Ticket.Value}" };
            yield return send("/oauth2/authorize", request.Append(new("id_token_hint", aim.Ticket.Value)));
            yield return send("/oauth2/authorize", Fields(("client_id", tenant.ClientId), ("request_uri", aim.Ticket.Value))) with { Cookie = aim.VictimCookie };
        }
    }

    // A foreign hint ends no session of the victim's without asking, and where nobody is signed in it makes no difference.
    // A foreign session ends nowhere but at home, where it is looked at afterwards.
    private static IEnumerable<Attempt> Logout(Aim aim, Func<string, IEnumerable<KeyValuePair<string, string>>, Attempt> send)
    {
        yield return send("/logout", Fields(("id_token_hint", aim.Ticket.Value))) with { Without = send("/logout", Fields()) };
        yield return send("/logout", Fields(("id_token_hint", aim.Ticket.Value))) with { Cookie = aim.VictimCookie };
        yield return send("/logout", Fields()) with { Cookie = aim.VictimCookie, Authorization = "Bearer " + aim.Ticket.Value };
        yield return send("/logout", Fields()) with { Cookie = $"tessera={aim.Ticket.Value}", Accepted = _ => false };
    }

    private static Attempt Get(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        new("GET", QueryHelpers.AddQueryString(path, fields.Select(field => KeyValuePair.Create(field.Key, (string?)field.Value))));

    private static Attempt Post(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        new("POST", path) { Form = fields.ToDictionary(field => field.Key, field => field.Value) };
}
