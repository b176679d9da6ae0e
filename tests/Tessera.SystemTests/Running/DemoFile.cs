using System.Text.Json;

namespace Tessera.SystemTests.Running;

/// <summary><c>demo.json</c>, as people and tests read it.</summary>
public sealed record DemoFile(
    string AuthHost, string AdminApi, string AdminKey, string OrdersApi, IReadOnlyList<DemoCell> Cells, IReadOnlyList<DemoTenant> Tenants, IReadOnlyList<DemoUser> Users)
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static DemoFile Read(string folder) =>
        JsonSerializer.Deserialize<DemoFile>(File.ReadAllText(Path.Combine(folder, "demo.json")), Camel) ?? throw new InvalidOperationException("demo.json is empty.");

    public DemoTenant Tenant(string slug) => Tenants.Single(tenant => tenant.Slug == slug);

    public DemoUser User(string tenant, string username = "ada@example.com") => Users.Single(user => user.Tenant == tenant && user.Username == username);
}

public sealed record DemoCell(string CellId, string Region, string Endpoint);

public sealed record DemoTenant(
    string TenantId, string Slug, string Pattern, string Cell, string Realm, string ClientId, string RedirectUri, string SignInHost,
    string MachineClientId, string MachineClientSecret);

public sealed record DemoUser(string Tenant, string Username, string Password, string Sub);
