namespace Tessera.Cell.RequestedClaims;

/// <summary>The values <c>acr</c> can have. There is one way to sign in yet, so there is one.</summary>
internal static class AuthenticationContext
{
    /// <summary>One factor: a password.</summary>
    public const string Password = "urn:tessera:acr:pwd";
}
