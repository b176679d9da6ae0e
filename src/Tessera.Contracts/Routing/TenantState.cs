using System.Text.Json.Serialization;

namespace Tessera.Contracts.Routing;

/// <summary>Where a tenant is in its life. Only <see cref="Active"/> tenants sign users in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TenantState>))]
public enum TenantState
{
    /// <summary>Its names are claimed; its cell is being provisioned. Not in the feed.</summary>
    [JsonStringEnumMemberName("provisioning")] Provisioning,

    [JsonStringEnumMemberName("active")] Active,

    /// <summary>Kept, but nobody signs in and no token of it is accepted.</summary>
    [JsonStringEnumMemberName("suspended")] Suspended,

    /// <summary>Gone. The feed says so once more, so that every consumer forgets it.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,
}
