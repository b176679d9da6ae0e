using System.Net;
using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

/// <summary>A shared realm of a <see cref="CellHost"/>, and what the control plane does with its tenants and members.</summary>
public sealed class SharedRealm
{
    private readonly CellHost _host;

    private SharedRealm(CellHost host, CellTenant people)
    {
        _host = host;
        People = people;
    }

    /// <summary>What people and machines do there over HTTP; it has no tenant of its own.</summary>
    internal CellTenant People { get; }

    public static async Task<SharedRealm> MakeAsync(CellHost host, string name, Action<ClientSpecDraft>? shape = null)
    {
        var draft = new ClientSpecDraft();
        shape?.Invoke(draft);
        var people = new CellTenant(host, default, PoolId.New(), RealmId.New("eu-central-1"), Slug.TryParse(name, out var slug) ? slug : throw new ArgumentException(name), draft.Build());
        var realm = new SharedRealm(host, people);
        await realm.DoneAsync(HttpMethod.Put, $"/cell/pools/{people.Pool}", Json(new PoolSpec(people.Pool), WireJson.Default.PoolSpec), null);
        var spec = new RealmSpec(people.Realm, people.Pool, name, people.SignInAuthority, TenantState.Active, 1);
        await realm.DoneAsync(HttpMethod.Put, $"/cell/realms/{people.Realm}", Json(spec, WireJson.Default.RealmSpec), null);
        await realm.AddClientAsync(people.Client);
        return realm;
    }

    internal Task AddClientAsync(ClientSpec client) =>
        DoneAsync(HttpMethod.Put, $"/cell/realms/{People.Realm}/clients/{client.ClientId}", Json(client, WireJson.Default.ClientSpec), null);

    public async Task<TenantId> AddTenantAsync(string slug)
    {
        var id = TenantId.New();
        await PutTenantAsync(id, slug, TenantState.Active);
        return id;
    }

    public Task PutTenantAsync(TenantId id, string slug, TenantState state) => DoneAsync(
        HttpMethod.Put, $"/cell/realms/{People.Realm}/tenants/{id}",
        Json(new SharedTenantSpec(id, Slug.TryParse(slug, out var parsed) ? parsed : throw new ArgumentException(slug), slug.ToUpperInvariant(), state), WireJson.Default.SharedTenantSpec), id);

    public Task RemoveTenantAsync(TenantId id) => DoneAsync(HttpMethod.Delete, $"/cell/realms/{People.Realm}/tenants/{id}", [], id);

    internal Task LetInAsync(TenantId tenant, ClientSpec client, params string[] scopes) => DoneAsync(
        HttpMethod.Put, $"/cell/realms/{People.Realm}/tenants/{tenant}/client-grants/{client.ClientId}", Json(new ClientGrantSpec(scopes), WireJson.Default.ClientGrantSpec), tenant);

    internal Task KeepOutAsync(TenantId tenant, ClientSpec client) =>
        DoneAsync(HttpMethod.Delete, $"/cell/realms/{People.Realm}/tenants/{tenant}/client-grants/{client.ClientId}", [], tenant);

    internal async Task<AccountRecord> AddMemberAsync(TenantId tenant, string username, string? password = null, string? name = null)
    {
        using var response = await MembersAsync(HttpMethod.Post, tenant, "", Json(new MemberSpec(username, password, Name: name), WireJson.Default.MemberSpec));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), WireJson.Default.AccountRecord)!;
    }

    internal Task<HttpResponseMessage> ChangeMemberAsync(TenantId tenant, Guid sub, AccountChange change) =>
        MembersAsync(HttpMethod.Patch, tenant, $"/{sub}", Json(change, WireJson.Default.AccountChange));

    public Task<HttpResponseMessage> RemoveMemberAsync(TenantId tenant, Guid sub) => MembersAsync(HttpMethod.Delete, tenant, $"/{sub}", []);

    public Task<HttpResponseMessage> MembersAsync(HttpMethod method, TenantId tenant, string rest, byte[] body, TenantId? tokenOf = null) =>
        _host.CallAsync(method, $"/cell/realms/{People.Realm}/tenants/{tenant}/members{rest}", body, ServicePurpose.Accounts, tokenOf ?? tenant);

    private async Task DoneAsync(HttpMethod method, string path, byte[] body, TenantId? tenant)
    {
        using var response = await _host.CallAsync(method, path, body, ServicePurpose.Provision, tenant);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private static byte[] Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
