using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.ControlPlane;

// What it does in shared realms.
internal sealed partial class TestCell
{
    private Task ActInSharedAsync(HttpContext http, string realm, string tenant, string[] rest, byte[] body)
    {
        switch (http.Request.Method, rest)
        {
            case ("PUT", []):
                return Done(http, () => SharedTenants[(realm, tenant)] = JsonSerializer.Deserialize(body, WireJson.Default.SharedTenantSpec)!);
            case ("DELETE", []):
                return Done(http, () =>
                {
                    SharedTenants.TryRemove((realm, tenant), out _);
                    Remove(Members, key => key.Realm == realm && key.Tenant == tenant);
                    Remove(Grants, key => key.Realm == realm && key.Tenant == tenant);
                });
            case (_, _) when !SharedTenants.ContainsKey((realm, tenant)):
                return NotFound(http);
            case ("PUT", ["client-grants", var client]):
                return Done(http, () => Grants[(realm, tenant, client)] = JsonSerializer.Deserialize(body, WireJson.Default.ClientGrantSpec)!);
            case ("DELETE", ["client-grants", var client]):
                return Done(http, () => Grants.TryRemove((realm, tenant, client), out _));
            case ("POST", ["members"]):
                return JoinTenantAsync(http, realm, tenant, JsonSerializer.Deserialize(body, WireJson.Default.MemberSpec)!);
            case ("GET", ["members"]):
                var members = Members.Where(entry => entry.Key.Realm == realm && entry.Key.Tenant == tenant).Select(entry => Told(entry.Key, entry.Value));
                return AnswerAsync(http, new AccountPage([.. members]), WireJson.Default.AccountPage);
            case (_, ["members", var sub]):
                return ActOnMemberAsync(http, (realm, tenant, Guid.Parse(sub)), body);
            default:
                return NotFound(http);
        }
    }

    private Task ActOnMemberAsync(HttpContext http, (string Realm, string Tenant, Guid Sub) key, byte[] body)
    {
        if (!Members.TryGetValue(key, out var member))
        {
            return RefuseAsync(http, new Error("user_not_found", 404, "The tenant has no such user."));
        }

        switch (http.Request.Method)
        {
            case "DELETE":
                Members.TryRemove(key, out _);
                return AnswerAsync(http, new AccountGone(key.Sub, RevokedAt), WireJson.Default.AccountGone);
            case "PATCH":
                var change = JsonSerializer.Deserialize(body, WireJson.Default.AccountChange)!;
                if (change.Password is not null)
                {
                    return RefuseAsync(http, new Error("shared_account_credentials", 409, "The account is shared.", "password"));
                }

                member = Members[key] = member with { Enabled = change.Enabled ?? member.Enabled };
                return AnswerAsync(http, Told(key, member) with { RevokedAt = change.Enabled == false ? RevokedAt : null }, WireJson.Default.AccountRecord);
            default:
                return AnswerAsync(http, Told(key, member), WireJson.Default.AccountRecord);
        }
    }

    private Task JoinTenantAsync(HttpContext http, string realm, string tenant, MemberSpec spec)
    {
        var account = Accounts.Where(entry => entry.Key.Realm == realm && entry.Value.Username.Equals(spec.Username, StringComparison.OrdinalIgnoreCase))
            .Select(entry => entry.Value).SingleOrDefault();
        if (account is null && spec.Password is null)
        {
            return RefuseAsync(http, new Error("password_too_short", 400, "The account has to be made and needs a password.", "password"));
        }

        account ??= new AccountRecord(Guid.NewGuid(), spec.Username, Enabled: true, DateTimeOffset.UtcNow);
        Accounts.TryAdd((realm, account.Sub), account);
        var member = new AccountRecord(account.Sub, account.Username, Enabled: true, DateTimeOffset.UtcNow, spec.Email, spec.Name);
        return Members.TryAdd((realm, tenant, account.Sub), member)
            ? AnswerAsync(http, Told((realm, tenant, account.Sub), member), WireJson.Default.AccountRecord, 201)
            : RefuseAsync(http, new Error("username_taken", 409, "The tenant has a user of this name.", "username"));
    }

    private Task ForkAsync(HttpContext http, string realm, string from)
    {
        var tenant = Realms[realm].TenantId!.Value.ToString();
        foreach (var (key, member) in Members.Where(entry => entry.Key.Realm == from && entry.Key.Tenant == tenant))
        {
            Accounts.TryAdd((realm, key.Sub), member);
        }

        return AnswerAsync(http, new Forked(Accounts.Count(entry => entry.Key.Realm == realm)), WireJson.Default.Forked);
    }
}
