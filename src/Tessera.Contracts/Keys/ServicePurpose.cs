using System.Text.Json.Serialization;

namespace Tessera.Contracts.Keys;

/// <summary>What a service token is good for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServicePurpose>))]
internal enum ServicePurpose
{
    /// <summary>Making and removing pools, realms and app clients.</summary>
    [JsonStringEnumMemberName("provision")] Provision,

    /// <summary>Making, listing and changing accounts: of one tenant's realm, its members in a shared realm, or without a tenant the shared accounts themselves.</summary>
    [JsonStringEnumMemberName("accounts")] Accounts,

    /// <summary>Copying one tenant's members from a shared realm into its own.</summary>
    [JsonStringEnumMemberName("promote")] Promote,

    /// <summary>Founding many tenants' realms, or making accounts in them, by one request: which tenants, the body says, and the token is good for that body alone.</summary>
    [JsonStringEnumMemberName("import")] Import,

    /// <summary>One step of one move of one tenant.</summary>
    [JsonStringEnumMemberName("move")] Move,
}
