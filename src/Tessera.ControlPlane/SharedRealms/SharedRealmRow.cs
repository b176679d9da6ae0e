using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.ControlPlane.SharedRealms;

/// <summary>
/// A realm that belongs to a cell's shared pool, and in which that cell's shared tenants live. It is the platform's: no
/// tenant's scope writes it, and those that live there read it.
/// </summary>
internal sealed class SharedRealmRow
{
    public required RealmId RealmId { get; init; }
    public required PoolId PoolId { get; init; }
    public required CellId CellId { get; init; }

    /// <summary>Claimed among the tenants' slugs, so that none has the name.</summary>
    public required Slug Slug { get; init; }

    public required string DisplayName { get; init; }
    public required string SignInHost { get; init; }

    /// <summary>Of a user pool of Amazon Cognito; absent where it is the auth host and the realm.</summary>
    public string? Issuer { get; init; }

    /// <summary>Provisioning until its cell has it, then active for good.</summary>
    public required TenantState State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required long Born { get; init; }

    /// <summary>The revision of its last change, or of a client's.</summary>
    public required long Revision { get; set; }
}
