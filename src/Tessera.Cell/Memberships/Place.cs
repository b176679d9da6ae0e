using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Memberships;

/// <summary>An active tenant of a shared realm in which an account has an active membership: where it may be signed in.</summary>
internal sealed record Place
{
    public required SharedTenantRow Tenant { get; init; }

    public required MembershipRow Membership { get; init; }

    public TenantId Id => new(Tenant.TenantId);

    /// <summary>Whether <c>tenant=</c> with this value means it: its id or its slug.</summary>
    public bool IsNamed(string text) => TenantId.TryParse(text, out var id) ? id == Id : text == Tenant.Slug;
}
