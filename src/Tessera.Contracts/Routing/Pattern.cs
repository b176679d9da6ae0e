using System.Text.Json.Serialization;

namespace Tessera.Contracts.Routing;

/// <summary>How a tenant lives.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Pattern>))]
public enum Pattern
{
    /// <summary>A realm of its own in a pool shared with others.</summary>
    [JsonStringEnumMemberName("hybrid")] Hybrid,

    /// <summary>A realm of its own in a pool of its own.</summary>
    [JsonStringEnumMemberName("dedicated")] Dedicated,
}
