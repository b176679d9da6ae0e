using OpenIddict.EntityFrameworkCore.Models;

namespace Tessera.Cell.Store;

/// <summary>Which layout the store has: one row.</summary>
internal sealed class SchemaRow
{
    public int Id { get; set; }
    public int Version { get; set; }
}

/// <summary>Signing keys shared by the realms of a pool, sealed. Belongs to the cell, not to a realm.</summary>
internal sealed class PoolRow
{
    public Guid PoolId { get; set; }
    public byte[] Es256 { get; set; } = [];
    public byte[]? Rs256 { get; set; }
}

/// <summary>An issuer this cell houses.</summary>
internal sealed class RealmRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid PoolId { get; set; }

    /// <summary>Its owner; absent for a shared realm, which belongs to the pool.</summary>
    public Guid? TenantId { get; set; }
    public string DisplayName { get; set; } = "";
    public string SignInHost { get; set; } = "";
    public string State { get; set; } = "";
    public long Epoch { get; set; }
    public byte[] TicketSecret { get; set; } = [];

    /// <summary>The move that has the realm in hand: no other may begin.</summary>
    public Guid? MoveId { get; set; }

    /// <summary>The cell it has moved to.</summary>
    public string? MovedTo { get; set; }

    /// <summary>Up to when it may have former keys that are good still.</summary>
    public DateTimeOffset? FormerKeysUntil { get; set; }
}

/// <summary>One person's sign-in in one realm.</summary>
internal sealed class AccountRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid Sub { get; set; }
    public string Username { get; set; } = "";
    public string NormalizedUsername { get; set; } = "";
    public string? Email { get; set; }
    public string? Name { get; set; }
    public string PasswordHash { get; set; } = "";
    public bool Enabled { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A browser that is signed in. The cookie's value is known to the browser alone; the row has its hash.</summary>
internal sealed class SessionRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public byte[] CookieHash { get; set; } = [];
    public Guid SessionId { get; set; }
    public Guid Sub { get; set; }
    public DateTimeOffset AuthenticatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>The tenant chosen last, in a shared realm.</summary>
    public Guid? TenantId { get; set; }
}

/// <summary>What happened, in the order of its id (a UUID version 7). Committed before a token leaves the cell.</summary>
internal sealed class AuditRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid Id { get; set; }

    /// <summary>Absent for what happens in a shared realm before a tenant is chosen.</summary>
    public Guid? TenantId { get; set; }
    public DateTimeOffset At { get; set; }
    public string Event { get; set; } = "";
    public string? Subject { get; set; }
    public string? ClientId { get; set; }
    public string? Detail { get; set; }
}

/// <summary>An app client.</summary>
internal sealed class ClientRow : OpenIddictEntityFrameworkCoreApplication<Guid, GrantRow, TokenRow>, IRealmOwned
{
    public string RealmId { get; set; } = "";
    public string SigningAlgorithm { get; set; } = "ES256";

    /// <summary>The <c>aud</c> of its access tokens, space-separated; empty means the client itself.</summary>
    public string Audiences { get; set; } = "";

    /// <summary>Where it is told of ended sessions.</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>Its tokens say the tenant as <c>custom:tenant_id</c> too.</summary>
    public bool CustomTenantClaim { get; set; }
}

/// <summary>What an account has granted a client in one session: the family of all refresh tokens that come of one code.</summary>
internal sealed class GrantRow : OpenIddictEntityFrameworkCoreAuthorization<Guid, ClientRow, TokenRow>, IRealmOwned
{
    public string RealmId { get; set; } = "";

    /// <summary>Whose every token of the grant is; chosen when the grant is opened and never changed.</summary>
    public Guid TenantId { get; set; }
    public Guid? ApplicationId { get; set; }
    public Guid? SessionId { get; set; }
}

/// <summary>A code or refresh token: its hash, its state, its sealed payload.</summary>
internal sealed class TokenRow : OpenIddictEntityFrameworkCoreToken<Guid, ClientRow, GrantRow>, IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid? ApplicationId { get; set; }
    public Guid? AuthorizationId { get; set; }
}

internal sealed class ScopeRow : OpenIddictEntityFrameworkCoreScope<Guid>, IRealmOwned
{
    public string RealmId { get; set; } = "";
}

/// <summary>A client assertion that was shown, until it expires: a second time it is refused (RFC 7523, section 3).</summary>
internal sealed class SpentAssertionRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public string ClientId { get; set; } = "";
    public byte[] TokenIdHash { get; set; } = [];
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>An application that is to be told of an ended session. Written with the session's end, gone once it was told.</summary>
internal sealed class LogoutNoticeRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid NoticeId { get; set; }
    public string ClientId { get; set; } = "";
    public string Subject { get; set; } = "";
    public Guid SessionId { get; set; }
    public int Tries { get; set; }
}

/// <summary>
/// Which realm has a notice due, and when: the worker's way to a realm, for nobody can read notices without naming theirs.
/// Belongs to the cell and says nothing of whom a notice is about.
/// </summary>
internal abstract class QueueRow
{
    public Guid NoticeId { get; set; }
    public string Realm { get; set; } = "";
    public DateTimeOffset DueAt { get; set; }
}

internal sealed class LogoutQueueRow : QueueRow;

/// <summary>
/// That the directory is to be told of access tokens that are no longer good: of one session, of one grant, or all of the
/// subject's. Written with what ended them, gone once it was told.
/// </summary>
internal sealed class RevocationNoticeRow : IRealmOwned
{
    public string RealmId { get; set; } = "";
    public Guid NoticeId { get; set; }
    public Guid TenantId { get; set; }
    public string Subject { get; set; } = "";
    public Guid? SessionId { get; set; }
    public Guid? GrantId { get; set; }
    public DateTimeOffset EndedAt { get; set; }
}

internal sealed class RevocationQueueRow : QueueRow;
