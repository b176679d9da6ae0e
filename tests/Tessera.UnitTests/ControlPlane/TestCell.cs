using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>The other party over real HTTP: a cell that verifies service tokens and remembers what it was asked.</summary>
internal sealed partial class TestCell : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IdentityKey _poolKey = IdentityKey.Create();
    private readonly ConcurrentDictionary<string, string> _clientRealms = new();

    private TestCell(CellId id)
    {
        Id = id;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public CellId Id { get; }

    internal IdentityKey Identity { get; set; } = IdentityKey.Create();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public PublicJwk? ControlKey { get; set; }

    public string Endpoint => _app.Urls.Single();

    internal ConcurrentDictionary<string, RealmSpec> Realms { get; } = new();

    internal ConcurrentDictionary<string, ClientSpec> Clients { get; } = new();

    internal ConcurrentDictionary<(string Realm, Guid Sub), AccountRecord> Accounts { get; } = new();

    /// <summary>Tenants that live in shared realms.</summary>
    internal ConcurrentDictionary<(string Realm, string Tenant), SharedTenantSpec> SharedTenants { get; } = new();

    /// <summary>Memberships, as their tenants see them.</summary>
    internal ConcurrentDictionary<(string Realm, string Tenant, Guid Sub), AccountRecord> Members { get; } = new();

    public ConcurrentDictionary<(string Realm, string Tenant, string Client), ClientGrantSpec> Grants { get; } = new();

    /// <summary>Tells of members what is the platform's alone to know.</summary>
    public bool IsIndiscreet { get; set; }

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Answers instead of the cell where it returns a status; may wait first.</summary>
    public Func<string, Task<int?>> Fault { get; set; } = _ => Task.FromResult<int?>(null);

    /// <summary>The code with which <see cref="Fault"/> is told; absent, its status alone is.</summary>
    public string? Refusal { get; set; }

    /// <summary>Answers in the cell's place once it has done what it was asked, so that its own answer is lost.</summary>
    public Func<string, int?> LostAnswer { get; set; } = _ => null;

    /// <summary>What it says of a pool's keys, under its own good signature.</summary>
    internal Func<PoolKeys, PoolKeys> Tells { get; set; } = keys => keys;

    public static async Task<TestCell> StartAsync(string id)
    {
        Assert.True(CellId.TryParse(id, out var cellId));
        var cell = new TestCell(cellId);
        await cell._app.StartAsync();
        return cell;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Identity.Dispose();
        _poolKey.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var path = http.Request.Path + http.Request.QueryString.Value;
        var purpose = path.Contains("/moves/", StringComparison.Ordinal) ? ServicePurpose.Move
            : path.Contains("/import/", StringComparison.Ordinal) ? ServicePurpose.Import
            : path.EndsWith("/fork", StringComparison.Ordinal) ? ServicePurpose.Promote
            : path.Contains("/accounts", StringComparison.Ordinal) || path.Contains("/members", StringComparison.Ordinal) ? ServicePurpose.Accounts
            : ServicePurpose.Provision;
        var bearer = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var token = ServiceToken.Verify(bearer, ControlKey!, Id, purpose, http.Request.Method, path, body.ToArray(), Time.GetUtcNow());
        var call = $"{http.Request.Method} {path}";
        if (await Fault(call) is { } status)
        {
            await (Refusal is { } code ? RefuseAsync(http, new Error(code, status, "The test says so.")) : Bare(http, status));
            return;
        }

        if (token is null)
        {
            http.Response.StatusCode = 401;
            return;
        }

        Calls.Enqueue(call);
        var lost = LostAnswer(call);
        var answered = lost is null ? http : new DefaultHttpContext { Request = { Method = http.Request.Method }, Response = { Body = new MemoryStream() } };
        await ActAsync(answered, token, path.Split('?')[0].Split('/')[2..], body.ToArray());
        await Afterwards(call);
        if (lost is { } other)
        {
            http.Response.StatusCode = other;
        }
    }

    private Task ActAsync(HttpContext http, ServiceToken token, string[] path, byte[] body)
    {
        var method = http.Request.Method;
        switch (method, path)
        {
            case ("POST", ["import", "realms"]):
                return FoundAsync(http, JsonSerializer.Deserialize(body, WireJson.Default.RealmImport)!);
            case ("POST", ["import", "accounts"]):
                var accounts = JsonSerializer.Deserialize(body, WireJson.Default.AccountImport)!.Realms.SelectMany(realm => realm.Accounts);
                return http.Response.WriteAsJsonAsync(new AccountsImported([.. accounts.Select(_ => ImportResult.Made)]), WireJson.Default.AccountsImported);
            case ("PUT", ["pools", var pool]):
                return KeysAsync(http, pool);
            case ("PUT", ["realms", var realm]):
                var spec = JsonSerializer.Deserialize(body, WireJson.Default.RealmSpec)!;
                return spec.TenantId == token.Tenant && (!Realms.TryGetValue(realm, out var known) || known.TenantId == token.Tenant)
                    ? Done(http, () => Realms[realm] = spec)
                    : NotFound(http);
            case ("DELETE", ["realms", var realm]):
                return Realms.TryGetValue(realm, out var doomed) && doomed.TenantId != token.Tenant ? NotFound(http) : Done(http, () => Erase(realm));
            case (_, ["realms", var realm, "moves", var move, .. var step]):
                return MoveAsync(http, token, realm, move, step, body);
            case (_, ["realms", var realm, "tenants", var tenant, .. var rest]):
                return !Realms.TryGetValue(realm, out var shared) || shared.TenantId is not null || token.Tenant?.ToString() != tenant
                    ? NotFound(http)
                    : ActInSharedAsync(http, realm, tenant, rest, body);
            case (_, ["realms", var realm, ..]) when !Realms.TryGetValue(realm, out var owner) || owner.TenantId != token.Tenant:
                return NotFound(http);
            case ("PUT", ["realms", var realm, "clients", var client]):
                Clients[client] = JsonSerializer.Deserialize(body, WireJson.Default.ClientSpec)!;
                _clientRealms[client] = realm;
                return KeysAsync(http, Realms[realm].PoolId.ToString());
            case ("DELETE", ["realms", _, "clients", var client]):
                return Done(http, () => Clients.TryRemove(client, out _));
            case ("POST", ["realms", var realm, "fork"]):
                return ForkAsync(http, realm, JsonSerializer.Deserialize(body, WireJson.Default.ForkSpec)!.From.Value);
            case ("POST", ["realms", var realm, "accounts"]):
                return MakeAccountAsync(http, realm, JsonSerializer.Deserialize(body, WireJson.Default.AccountSpec)!);
            case ("GET", ["realms", var realm, "accounts"]):
                return AnswerAsync(http, new AccountPage([.. Accounts.Where(entry => entry.Key.Realm == realm).Select(entry => entry.Value)]), WireJson.Default.AccountPage);
            case (_, ["realms", var realm, "accounts", var sub]):
                return ActOnAccountAsync(http, realm, Guid.Parse(sub), body);
            default:
                return NotFound(http);
        }
    }

    private Task ActOnAccountAsync(HttpContext http, string realm, Guid sub, byte[] body)
    {
        if (!Accounts.TryGetValue((realm, sub), out var account))
        {
            return RefuseAsync(http, new Error("user_not_found", 404, "The tenant has no such user."));
        }

        IReadOnlyList<TenantId>? tenants = Realms[realm].TenantId is null ? TenantsOf(realm, sub) : null;
        switch (http.Request.Method)
        {
            case "DELETE":
                Accounts.TryRemove((realm, sub), out _);
                Remove(Members, key => key.Realm == realm && key.Sub == sub);
                return AnswerAsync(http, new AccountGone(sub, RevokedAt, tenants), WireJson.Default.AccountGone);
            case "PATCH":
                var change = JsonSerializer.Deserialize(body, WireJson.Default.AccountChange)!;
                account = Accounts[(realm, sub)] = account with { Enabled = change.Enabled ?? account.Enabled };
                var ends = change.Enabled == false || change.Password is not null;
                return AnswerAsync(http, account with { RevokedAt = ends ? RevokedAt : null, Tenants = tenants }, WireJson.Default.AccountRecord);
            default:
                return AnswerAsync(http, account with { Tenants = tenants }, WireJson.Default.AccountRecord);
        }
    }

    private Task MakeAccountAsync(HttpContext http, string realm, AccountSpec spec)
    {
        if (spec.Password == "password")
        {
            return RefuseAsync(http, new Error("password_known", 400, "The password is on a list of known ones.", "password"));
        }

        var account = new AccountRecord(Guid.NewGuid(), spec.Username, Enabled: true, DateTimeOffset.UtcNow, spec.Email, spec.Name);
        Accounts[(realm, account.Sub)] = account;
        return AnswerAsync(http, account, WireJson.Default.AccountRecord, 201);
    }

    private List<TenantId> TenantsOf(string realm, Guid sub) =>
        [.. Members.Keys.Where(key => key.Realm == realm && key.Sub == sub).Select(key => new TenantId(Guid.Parse(key.Tenant)))];

    private AccountRecord Told((string Realm, string Tenant, Guid Sub) key, AccountRecord member) =>
        IsIndiscreet ? member with { Tenants = TenantsOf(key.Realm, key.Sub) } : member;

    private DateTimeOffset RevokedAt => Time.GetUtcNow();

    private void Erase(string realm)
    {
        Realms.TryRemove(realm, out _);
        Remove(Accounts, key => key.Realm == realm);
        foreach (var client in _clientRealms.Where(entry => entry.Value == realm))
        {
            Clients.TryRemove(client.Key, out _);
        }
    }

    private static void Remove<TKey, TValue>(ConcurrentDictionary<TKey, TValue> all, Func<TKey, bool> which) where TKey : notnull
    {
        foreach (var key in all.Keys.Where(which))
        {
            all.TryRemove(key, out _);
        }
    }

    private static Task Done(HttpContext http, Action act)
    {
        act();
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task Bare(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task NotFound(HttpContext http) => RefuseAsync(http, new Error("realm_not_found", 404, "The cell has no such realm of this tenant."));

    private static Task AnswerAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status = 200)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(value, type);
    }

    private Task FoundAsync(HttpContext http, RealmImport import)
    {
        foreach (var founding in import.Realms)
        {
            Realms[founding.Realm.RealmId.Value] = founding.Realm;
            Clients[founding.Client.ClientId.Value] = founding.Client;
        }

        return http.Response.WriteAsJsonAsync(
            new RealmsImported([.. import.Pools.Select(KeysOf)], [.. import.Realms.Select(_ => ImportResult.Made)]), WireJson.Default.RealmsImported);
    }

    private Task KeysAsync(HttpContext http, string pool)
    {
        Assert.True(PoolId.TryParse(pool, out var id));
        return http.Response.WriteAsync(KeysOf(id), Encoding.UTF8);
    }

    private string KeysOf(PoolId pool) => CompactJws.Sign(
        Identity, PoolKeys.MediaType, JsonSerializer.SerializeToUtf8Bytes(Tells(new PoolKeys(Id, pool, [_poolKey.Public])), WireJson.Default.PoolKeys));

    private static Task RefuseAsync(HttpContext http, Error error)
    {
        http.Response.StatusCode = error.Status;
        return http.Response.WriteAsJsonAsync(Problem.From(error), WireJson.Default.Problem, Problem.MediaType);
    }
}
