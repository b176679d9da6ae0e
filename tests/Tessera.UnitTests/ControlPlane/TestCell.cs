using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
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
internal sealed class TestCell : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IdentityKey _poolKey = IdentityKey.Create();

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

    public IdentityKey Identity { get; set; } = IdentityKey.Create();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public PublicJwk? ControlKey { get; set; }

    public string Endpoint => _app.Urls.Single();

    public ConcurrentDictionary<string, RealmSpec> Realms { get; } = new();

    public ConcurrentDictionary<string, ClientSpec> Clients { get; } = new();

    public ConcurrentDictionary<Guid, AccountRecord> Accounts { get; } = new();

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Answers instead of the cell where it returns a status; may wait first.</summary>
    public Func<string, Task<int?>> Fault { get; set; } = _ => Task.FromResult<int?>(null);

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
        var purpose = path.Contains("/import/", StringComparison.Ordinal) ? ServicePurpose.Import : path.Contains("/accounts", StringComparison.Ordinal) ? ServicePurpose.Accounts : ServicePurpose.Provision;
        var bearer = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var token = ServiceToken.Verify(bearer, ControlKey!, Id, purpose, http.Request.Method, path, body.ToArray(), Time.GetUtcNow());
        var call = $"{http.Request.Method} {path}";
        if (await Fault(call) is { } status)
        {
            http.Response.StatusCode = status;
            return;
        }

        if (token is null)
        {
            http.Response.StatusCode = 401;
            return;
        }

        Calls.Enqueue(call);
        await ActAsync(http, token, path.Split('?')[0].Split('/')[2..], body.ToArray());
    }

    private Task ActAsync(HttpContext http, ServiceToken token, string[] path, byte[] body)
    {
        switch (http.Request.Method, path)
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
                Realms[realm] = spec;
                http.Response.StatusCode = spec.TenantId == token.Tenant ? 204 : 403;
                return Task.CompletedTask;
            case ("DELETE", ["realms", var realm]):
                Realms.TryRemove(realm, out _);
                http.Response.StatusCode = 204;
                return Task.CompletedTask;
            case (_, ["realms", var realm, ..]) when !Realms.TryGetValue(realm, out var owner) || owner.TenantId != token.Tenant:
                http.Response.StatusCode = 404;
                return Task.CompletedTask;
            case ("PUT", ["realms", var realm, "clients", var client]):
                Clients[client] = JsonSerializer.Deserialize(body, WireJson.Default.ClientSpec)!;
                return KeysAsync(http, Realms[realm].PoolId.ToString());
            case ("DELETE", ["realms", _, "clients", var client]):
                Clients.TryRemove(client, out _);
                http.Response.StatusCode = 204;
                return Task.CompletedTask;
            case ("POST", ["realms", _, "accounts"]):
                return MakeAccountAsync(http, JsonSerializer.Deserialize(body, WireJson.Default.AccountSpec)!);
            case ("GET", ["realms", _, "accounts"]):
                return http.Response.WriteAsJsonAsync(new AccountPage([.. Accounts.Values]), WireJson.Default.AccountPage);
            default:
                var sub = Guid.Parse(path[3]);
                return Accounts.TryGetValue(sub, out var account)
                    ? http.Response.WriteAsJsonAsync(account, WireJson.Default.AccountRecord)
                    : RefuseAsync(http, new Error("account_not_found", 404, "No such account."));
        }
    }

    private Task MakeAccountAsync(HttpContext http, AccountSpec spec)
    {
        if (spec.Password == "password")
        {
            return RefuseAsync(http, new Error("password_known", 400, "The password is on a list of known ones.", "password"));
        }

        var account = new AccountRecord(Guid.NewGuid(), spec.Username, Enabled: true, DateTimeOffset.UtcNow, spec.Email, spec.Name);
        Accounts[account.Sub] = account;
        http.Response.StatusCode = 201;
        return http.Response.WriteAsJsonAsync(account, WireJson.Default.AccountRecord);
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
        Identity, PoolKeys.MediaType, JsonSerializer.SerializeToUtf8Bytes(new PoolKeys(Id, pool, [_poolKey.Public]), WireJson.Default.PoolKeys));

    private static Task RefuseAsync(HttpContext http, Error error)
    {
        http.Response.StatusCode = error.Status;
        return http.Response.WriteAsJsonAsync(Problem.From(error), WireJson.Default.Problem, Problem.MediaType);
    }
}
