namespace Tessera.Cell.Tokens;

/// <summary>Claims that are Tessera's own.</summary>
internal static class TokenClaims
{
    /// <summary>The tenant: stamped from the realm or the grant at each issue, never copied from a request or an older token.</summary>
    public const string TenantId = "tenant_id";

    /// <summary><c>access</c> or <c>id</c>, as Amazon Cognito has it.</summary>
    public const string TokenUse = "token_use";

    /// <summary>The sign-in session.</summary>
    public const string SessionId = "sid";
}
