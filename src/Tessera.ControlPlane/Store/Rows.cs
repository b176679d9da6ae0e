using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;

namespace Tessera.ControlPlane.Store;

/// <summary>A row that belongs to a tenant; both stores show it to that tenant's scope alone, or to all.</summary>
internal interface ITenantRow
{
    TenantId TenantId { get; }
}

/// <summary>A tenant and its placement. Stays as a tombstone when the tenant is deleted.</summary>
internal sealed class TenantRow : ITenantRow
{
    public required TenantId TenantId { get; init; }
    public required Slug Slug { get; init; }
    public required string DisplayName { get; set; }
    public required TenantState State { get; set; }
    public required Pattern Pattern { get; set; }
    public required CellId CellId { get; set; }
    public required PoolId PoolId { get; set; }

    /// <summary>Its own realm, or the shared one it lives in.</summary>
    public required RealmId RealmId { get; set; }

    /// <summary>The shared realm it lives in, or was promoted from and has not left yet.</summary>
    public RealmId? SharedRealmId { get; set; }

    public required long Epoch { get; set; }
    public required string SignInHost { get; set; }

    /// <summary>Of a tenant in a user pool of Amazon Cognito: that pool's. Absent where it is the auth host and the realm.</summary>
    public string? Issuer { get; init; }
    public required string[] EmailDomains { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The revision at which its names were claimed; lists are in this order.</summary>
    public required long Born { get; init; }

    /// <summary>Where its data must lie; absent, anywhere. Holds for every later placement.</summary>
    public string? Residency { get; init; }

    public string? Tier { get; init; }

    /// <summary>Lives in canary cells.</summary>
    public bool Canary { get; init; }

    /// <summary>The import that made it; absent where it was onboarded by itself.</summary>
    public string? ImportKey { get; set; }

    /// <summary>The revision of its last change, or of a client's.</summary>
    public required long Revision { get; set; }
}

/// <summary>An app client of a realm. Its secret and the hash of it are the cell's alone.</summary>
internal sealed class ClientRow
{
    public required ClientId ClientId { get; init; }

    /// <summary>Whose realm it is; absent for a shared realm's client, which tenants that live there may read.</summary>
    public required TenantId? TenantId { get; init; }

    public required RealmId RealmId { get; init; }
    public required string Name { get; init; }
    public required bool Confidential { get; init; }
    public required string[] RedirectUris { get; init; }
    public required string[] PostLogoutRedirectUris { get; init; }
    public required string[] GrantTypes { get; init; }
    public required string[] Scopes { get; init; }
    public required string[] Audiences { get; init; }
    public required string SigningAlgorithm { get; init; }
    public required string? Jwks { get; init; }
    public required string? BackchannelLogoutUri { get; init; }
    public required bool CustomTenantClaim { get; init; }
    public required bool RequirePkce { get; init; }
    public required bool RequirePushedAuthorization { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>False until its cell has it. A client that is not active is told to nobody.</summary>
    public required bool Active { get; set; }

    public required long Born { get; init; }
}

/// <summary>What kind of name is claimed. One name of a kind has one holder in the whole directory.</summary>
internal enum NameKind
{
    Slug,
    Host,
    EmailDomain,
    ClientId,
}

/// <summary>A claimed name.</summary>
internal sealed class NameRow
{
    public required NameKind Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>Its holder; absent for a shared realm, whose names are the platform's.</summary>
    public required TenantId? TenantId { get; set; }

    /// <summary>Set when the holder is gone: until then nobody else gets the name, for old links still lead to it.</summary>
    public DateTimeOffset? QuarantinedUntil { get; set; }
}

/// <summary>An admin key: the hash of its secret and what it may do.</summary>
internal sealed class AdminKeyRow
{
    public required string KeyId { get; init; }
    public required string Name { get; init; }
    public required string SecretHash { get; init; }
    public required string[] Scopes { get; init; }
    public required TenantId? TenantId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
    public required long Born { get; init; }
}

/// <summary>Who changed what. Every revision has exactly one; none is ever altered.</summary>
internal sealed class AuditRow
{
    public required long Revision { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public required TenantId? TenantId { get; init; }
    public required string Details { get; init; }
}

/// <summary>A cell: invited by a join token, open or spare once it has joined.</summary>
internal sealed class CellRow
{
    public required CellId CellId { get; init; }
    public required string Region { get; init; }
    public required int Capacity { get; set; }
    public CellState State { get; set; }

    /// <summary>How many tenants it houses. Triggers count it; see <see cref="CountingSql"/>.</summary>
    public int Tenants { get; init; }

    /// <summary>Whether it houses fewer than it may, as the store computes it.</summary>
    public bool HasRoom { get; init; }

    /// <summary>Takes tenants that ask for a canary cell, and no others.</summary>
    public bool Canary { get; set; }

    /// <summary>Whether it is spare once it has joined, and not open.</summary>
    public bool BeginsSpare { get; set; }

    /// <summary>Where what it keeps lies, such as <c>eu</c>. A tenant that asks for a residency lives in no other.</summary>
    public string? Residency { get; set; }

    /// <summary>The tier whose tenants alone it takes; absent, it takes any.</summary>
    public string? Tier { get; set; }

    /// <summary>How many pools it may have; absent, as many as its back end allows.</summary>
    public int? PoolLimit { get; set; }

    /// <summary>Amazon Cognito's cells do not join: nobody of ours is there to.</summary>
    public Backend Backend { get; init; }

    public string? Endpoint { get; set; }

    /// <summary>JSON of the cell's public key; absent until it has joined.</summary>
    public string? PublicKey { get; set; }

    public string? JoinTokenHash { get; set; }
    public DateTimeOffset? JoinTokenExpiresAt { get; set; }
    public PoolId? SharedPoolId { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required long Revision { get; set; }
}

/// <summary>A pool in a cell.</summary>
internal sealed class PoolRow
{
    public required PoolId PoolId { get; init; }
    public required CellId CellId { get; init; }

    /// <summary>JSON of its public keys; absent until the cell has made it, and until then it is told to nobody.</summary>
    public string? Keys { get; set; }

    /// <summary>Of a user pool of Amazon Cognito, which publishes its own keys: its id there, its issuer, and the host of its sign-in pages.</summary>
    public RealmId? UserPoolId { get; init; }

    public string? Issuer { get; init; }
    public string? SignInHost { get; init; }

    public required long Revision { get; set; }
}

/// <summary>How many tenants came in to a cell on one day; what a forecast reckons with.</summary>
internal sealed class OnboardingDayRow
{
    public required CellId CellId { get; init; }

    /// <summary>Days since 1970, in UTC.</summary>
    public required int Day { get; init; }

    public required int Tenants { get; init; }
}

internal sealed class RevisionRow
{
    public required int Id { get; init; }
    public required long Revision { get; set; }
}

internal sealed class SchemaInfoRow
{
    public required int Version { get; init; }
}
