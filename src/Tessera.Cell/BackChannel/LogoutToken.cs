using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.BackChannel;

/// <summary>The logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4): which session of whom has ended. Good for two minutes.</summary>
internal static class LogoutToken
{
    public const string Type = "logout+jwt";
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public static string Make(Realm realm, ClientRow client, LogoutNoticeRow notice, DateTimeOffset now) => Handler.CreateToken(new SecurityTokenDescriptor
    {
        TokenType = Type,
        Issuer = realm.Issuer.AbsoluteUri,
        Audience = client.ClientId,
        IssuedAt = now.UtcDateTime,
        Expires = (now + Life).UtcDateTime,
        Claims = new Dictionary<string, object>
        {
            ["sub"] = notice.Subject,
            ["sid"] = notice.SessionId.ToString(),
            ["jti"] = Guid.NewGuid().ToString(),
            ["events"] = JsonSerializer.SerializeToElement(new Dictionary<string, object> { [Event] = new object() }),
        },
        SigningCredentials = realm.Pool.SignerFor(client.SigningAlgorithm),
    });
}
