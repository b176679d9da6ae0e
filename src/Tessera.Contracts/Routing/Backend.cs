using System.Text.Json.Serialization;

namespace Tessera.Contracts.Routing;

/// <summary>What a cell is made of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Backend>))]
public enum Backend
{
    /// <summary>Tessera's own engine, which joined with a key and is told what to do.</summary>
    [JsonStringEnumMemberName("native")] Native,

    /// <summary>User pools of Amazon Cognito in one region. Nothing is forwarded there, and their keys are fetched from their issuer.</summary>
    [JsonStringEnumMemberName("cognito")] Cognito,
}
