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
