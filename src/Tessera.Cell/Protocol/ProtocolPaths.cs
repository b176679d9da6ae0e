namespace Tessera.Cell.Protocol;

/// <summary>Where the protocol's endpoints are, below the issuer and at the root of the sign-in host alike.</summary>
internal static class ProtocolPaths
{
    public const string Configuration = "/.well-known/openid-configuration";
    public const string AuthorizationServer = "/.well-known/oauth-authorization-server";
    public const string JsonWebKeySet = "/.well-known/jwks.json";
    public const string Authorize = "/oauth2/authorize";
    public const string Token = "/oauth2/token";
    public const string UserInfo = "/oauth2/userInfo";
    public const string Revoke = "/oauth2/revoke";
    public const string Introspect = "/oauth2/introspect";
    public const string PushedAuthorization = "/oauth2/par";
    public const string DeviceAuthorization = "/oauth2/device_authorization";
    public const string Device = "/device";
    public const string Logout = "/logout";

    /// <summary>Whether what is at the path is the same for everybody, and may be told even while a realm is shut.</summary>
    public static bool IsPublished(string path) => path is Configuration or AuthorizationServer or JsonWebKeySet;
}
