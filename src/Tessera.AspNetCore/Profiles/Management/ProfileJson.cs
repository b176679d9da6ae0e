using System.Text.Json.Serialization;

namespace Tessera.AspNetCore.Profiles.Management;

internal sealed record RoleSpec
{
    public required IReadOnlyList<string> Permissions { get; init; }
}

internal sealed record ProfilePage(IReadOnlyList<Profile> Profiles, string? Next);

internal sealed record RoleList(IReadOnlyList<CatalogueRole> Roles, IReadOnlyList<TenantRole> TenantRoles);

internal sealed record CatalogueRole(string Role, IReadOnlyList<string> Permissions);

internal sealed record CataloguePermission(string Permission, string Description);

internal sealed record CatalogueList(IReadOnlyList<CataloguePermission> Permissions);

internal sealed record OwnAccess(string Sub, IReadOnlyList<string> Roles, IReadOnlyList<string> TenantRoles, IReadOnlyList<string> Permissions, Profile? Profile);

internal sealed record ImportReport(int Created, int Replaced, int Present, int Refused, IReadOnlyList<ImportedLine> Lines);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    MaxDepth = 16)]
[JsonSerializable(typeof(ProfileSpec))]
[JsonSerializable(typeof(RoleSpec))]
[JsonSerializable(typeof(ImportSpec))]
[JsonSerializable(typeof(Profile))]
[JsonSerializable(typeof(TenantRole))]
[JsonSerializable(typeof(ProfilePage))]
[JsonSerializable(typeof(RoleList))]
[JsonSerializable(typeof(CatalogueList))]
[JsonSerializable(typeof(OwnAccess))]
[JsonSerializable(typeof(ImportReport))]
internal sealed partial class ProfileJson : JsonSerializerContext;
