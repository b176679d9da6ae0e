using System.Text.Json.Serialization;
using Tessera.Files;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary><c>demo.json</c>: the running demo, for people, scripts and tests. Holds secrets, so it is its owner's alone.</summary>
internal sealed record DemoFile(
    string AuthHost,
    string AdminApi,
    string AdminKey,
    string? OrdersApi,
    IReadOnlyList<DemoCell> Cells,
    IReadOnlyList<DemoTenant> Tenants,
    IReadOnlyList<DemoUser> Users)
{
    public const string FileName = "demo.json";

    public void Write(Place place) => SecretFile.Write(place.In(FileName), this, DemoJson.Default.DemoFile);
}

internal sealed record DemoCell(string CellId, string Region, string Endpoint);

/// <param name="ClientSecret">Absent: the client people sign in with is public.</param>
/// <param name="MachineClientId">A confidential client for the client_credentials grant.</param>
internal sealed record DemoTenant(
    string TenantId,
    string Slug,
    string Pattern,
    string Cell,
    string Realm,
    string ClientId,
    string? ClientSecret,
    string RedirectUri,
    string SignInHost,
    string MachineClientId,
    string MachineClientSecret);

/// <param name="Tenant">Its slug.</param>
internal sealed record DemoUser(string Tenant, string Username, string Password, string Sub);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(DemoFile))]
internal sealed partial class DemoJson : JsonSerializerContext;
