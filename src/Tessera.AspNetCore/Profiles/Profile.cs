using System.Text.Json;

namespace Tessera.AspNetCore.Profiles;

/// <summary>What a profile is to be. Lists that are left out are empty, objects that are left out are <c>{}</c>.</summary>
public record ProfileSpec
{
    /// <summary>Roles of the application's. At most 64.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Roles of the tenant's own. At most 64.</summary>
    public IReadOnlyList<string>? TenantRoles { get; init; }

    /// <summary>Permissions beside those of the roles. At most 64.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>A JSON object of at most 8 KiB, for what the person chose. Says nothing of what they may do.</summary>
    public JsonElement? Preferences { get; init; }

    /// <summary>A JSON object of at most 8 KiB, for what the tenant says of the person. Says nothing of what they may do.</summary>
    public JsonElement? Attributes { get; init; }
}

/// <summary>What a tenant says of one subject: a person, or an app client that acts in its own name.</summary>
/// <param name="Sub">As it stands in tokens.</param>
/// <param name="Version">Another after every change; the entity tag of the management API.</param>
public sealed record Profile(
    string Sub,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> TenantRoles,
    IReadOnlyList<string> Permissions,
    JsonElement Preferences,
    JsonElement Attributes,
    Guid Version,
    DateTimeOffset UpdatedAt);

/// <summary>A role of one tenant's own, made of the application's permissions.</summary>
public sealed record TenantRole(string Role, IReadOnlyList<string> Permissions, Guid Version);
