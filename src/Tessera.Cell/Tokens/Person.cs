using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Tokens;

/// <summary>Whom a token speaks of: an account, the one tenant it is signed in to, and in a shared realm its place there.</summary>
internal sealed record Person(AccountRow Account, TenantId Tenant, MembershipRow? Membership)
{
    /// <summary>What the tenant calls the person; what the account says only where the tenant says nothing.</summary>
    public string? Name => Membership?.Name ?? Account.Name;

    public string? Email => Membership?.Email ?? Account.Email;
}
