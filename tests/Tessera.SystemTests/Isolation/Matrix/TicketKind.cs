namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>Everything that opens something somewhere.</summary>
internal enum TicketKind
{
    AccessToken,
    IdToken,
    RefreshToken,
    AuthorizationCode,
    SessionCookie,
    Password,
    MachineToken,
    ClientSecret,

    /// <summary>The reference of a request that was pushed (RFC 9126).</summary>
    PushedRequest,

    /// <summary>What a device polls with, and a person has allowed (RFC 8628).</summary>
    DeviceCode,

    /// <summary>What a device shows, and nobody has typed yet.</summary>
    UserCode,

    /// <summary>What a client proves itself with (RFC 7523); made anew for each attempt, as it is good once.</summary>
    ClientAssertion,

    /// <summary>Signed by the real control plane for the attacker's tenant, shown with the victim's realm.</summary>
    ServiceTokenOfTenant,

    /// <summary>Signed by the real control plane for the victim's tenant, but for another cell.</summary>
    ServiceTokenForOtherCell,

    /// <summary>Signed by the real control plane for the victim's tenant and cell, but for another purpose.</summary>
    ServiceTokenForOtherPurpose,

    /// <summary>Signed by the real control plane for the victim's tenant and cell, but for another request.</summary>
    ServiceTokenForOtherRequest,

    /// <summary>Right in everything but the key, which is the attacker's.</summary>
    ServiceTokenOfStranger,

    /// <summary>An admin key with every right, restricted to the attacker's tenant.</summary>
    AdminKey,
    FeedKey,
    UsedJoinToken,
}

/// <summary>One ticket in an attacker's hand.</summary>
/// <param name="Value">What is shown; of a service token, one that is good for listing the owner's accounts.</param>
/// <param name="Sign">Makes a service token for the request at hand.</param>
internal sealed record Ticket(TicketKind Kind, Party Owner, string Value, Func<Aim, Attempt, string>? Sign = null)
{
    /// <summary>What this ticket says in an Authorization header of the request.</summary>
    public string BearerFor(Aim aim, Attempt attempt) => Sign?.Invoke(aim, attempt) ?? Value;
}
