using System.Text.Json.Serialization;

namespace Tessera.Contracts.Routing;

/// <summary>How a tenant lives.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Pattern>))]
public enum Pattern
{
    /// <summary>No realm of its own: its people are accounts of a pool's shared realm with a membership in the tenant.</summary>
    [JsonStringEnumMemberName("shared")] Shared,

    /// <summary>A realm of its own in a pool shared with others.</summary>
    [JsonStringEnumMemberName("hybrid")] Hybrid,

    /// <summary>A realm of its own in a pool of its own.</summary>
    [JsonStringEnumMemberName("dedicated")] Dedicated,
}
