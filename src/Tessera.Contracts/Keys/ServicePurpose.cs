using System.Text.Json.Serialization;

namespace Tessera.Contracts.Keys;

/// <summary>What a service token is good for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServicePurpose>))]
public enum ServicePurpose
{
    /// <summary>Making and removing pools, realms and app clients.</summary>
    [JsonStringEnumMemberName("provision")] Provision,

    /// <summary>Making, listing and changing the accounts of one tenant's realm.</summary>
    [JsonStringEnumMemberName("accounts")] Accounts,
}
