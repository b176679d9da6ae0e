using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Revocations;

/// <summary>That a subject's tokens for a tenant are no longer good: all of them, or one session's or grant's. There is one for each, the latest.</summary>
internal sealed class RevocationRow : ITenantRow
{
    public required TenantId TenantId { get; init; }

    /// <summary>The <c>sub</c>: an account's, or a client's id.</summary>
    public required string Subject { get; init; }

    /// <summary>The <c>sid</c>; empty where it is not about one session.</summary>
    public required string Session { get; init; }

    /// <summary>The <c>oi_au_id</c>; empty where it is not about one grant.</summary>
    public required string Grant { get; init; }

    /// <summary>Seconds since 1970, as tokens write <c>iat</c>.</summary>
    public required long IssuedUpTo { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public required long ForgetAfter { get; set; }

    public required long Revision { get; set; }
}
