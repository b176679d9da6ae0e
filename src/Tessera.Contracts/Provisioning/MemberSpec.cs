namespace Tessera.Contracts.Provisioning;

/// <summary>
/// A person to be given a place in a tenant of a shared realm: <c>POST /cell/realms/{realm_id}/tenants/{tenant_id}/members</c>,
/// answered with an <see cref="AccountRecord"/> that tells of the membership alone, whether the account was there or not.
/// </summary>
/// <param name="Username">1 to 128 characters; names the shared realm's account without regard to case.</param>
/// <param name="Password">Of the account, if it has to be made; an account that is there keeps its own. Never kept, never logged.</param>
/// <param name="PasswordHash">In its place, as <see cref="ImportedAccount.PasswordHash"/>.</param>
/// <param name="Email">What this tenant says of the person, and no other tenant sees.</param>
/// <param name="Name">The same.</param>
internal sealed record MemberSpec(string Username, string? Password = null, string? Email = null, string? Name = null, string? PasswordHash = null);

/// <summary>
/// Copies a tenant's members into its own new realm: <c>POST /cell/realms/{realm_id}/fork</c>. Each becomes an account with
/// the same <c>sub</c>, user name and password; from then on they are two. Doing it twice adds only who is missing.
/// </summary>
/// <param name="From">The shared realm of the same cell, in which the tenant has its memberships.</param>
internal sealed record ForkSpec(Ids.RealmId From);

/// <param name="Accounts">How many accounts the realm has now.</param>
internal sealed record Forked(int Accounts);
