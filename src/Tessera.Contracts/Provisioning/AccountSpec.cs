using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Provisioning;

/// <summary>A person to be given an account: <c>POST /cell/realms/{realm_id}/accounts</c>.</summary>
/// <param name="Username">1 to 128 characters; unique in the realm without regard to case.</param>
/// <param name="Password">8 to 256 characters, if there is no hash. Never kept, never logged.</param>
/// <param name="PasswordHash">As <see cref="ImportedAccount.PasswordHash"/>; renewed when its owner signs in.</param>
internal sealed record AccountSpec(string Username, string? Password = null, string? Email = null, string? Name = null, string? PasswordHash = null);

/// <summary>An account as operators see it.</summary>
/// <param name="Sub">The account's subject: a UUID, unique in its realm, never reused.</param>
/// <param name="Enabled">Of a member of a shared tenant: whether the membership is active.</param>
/// <param name="RevokedAt">Told by a change that ended what the person had: tokens issued up to this instant are no longer good.</param>
/// <param name="Tenants">Of a shared account, told to the platform alone: the tenants in which it has a membership. Never told of a member.</param>
internal sealed record AccountRecord(
    Guid Sub,
    string Username,
    bool Enabled,
    DateTimeOffset CreatedAt,
    string? Email = null,
    string? Name = null,
    DateTimeOffset? RevokedAt = null,
    IReadOnlyList<TenantId>? Tenants = null);

/// <summary>An account, or a member's place in a tenant, that is no more; answers its <c>DELETE</c>.</summary>
/// <param name="RevokedAt">Tokens issued up to this instant are no longer good.</param>
/// <param name="Tenants">Of a shared account, told to the platform alone: the tenants in which it had a membership. Never told of a member.</param>
internal sealed record AccountGone(Guid Sub, DateTimeOffset RevokedAt, IReadOnlyList<TenantId>? Tenants = null);

/// <summary>One page of accounts in order of <c>sub</c>.</summary>
/// <param name="Next">The last <c>sub</c> of the page if there are more; ask again with <c>after=</c> it.</param>
internal sealed record AccountPage(IReadOnlyList<AccountRecord> Accounts, Guid? Next = null);

/// <summary>What to change of an account; what is absent stays.</summary>
internal sealed record AccountChange(bool? Enabled = null, string? Password = null);
