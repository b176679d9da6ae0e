using System.Security.Claims;
using System.Text.Json;

namespace Tessera.AspNetCore.Authentication;

/// <summary>A payload as claims, under their own names. An array becomes one claim per member; objects stay JSON.</summary>
internal static class TokenClaims
{
    public static IEnumerable<Claim> Of(JsonElement payload, string issuer) => payload.EnumerateObject().SelectMany(member =>
        member.Value.ValueKind == JsonValueKind.Array
            ? member.Value.EnumerateArray().Select(value => Of(member.Name, value, issuer))
            : [Of(member.Name, member.Value, issuer)]);

    private static Claim Of(string name, JsonElement value, string issuer) => value.ValueKind switch
    {
        JsonValueKind.String => new Claim(name, value.GetString()!, ClaimValueTypes.String, issuer),
        JsonValueKind.Number => new Claim(name, value.GetRawText(), ClaimValueTypes.Double, issuer),
        JsonValueKind.True or JsonValueKind.False => new Claim(name, value.GetRawText(), ClaimValueTypes.Boolean, issuer),
        _ => new Claim(name, value.GetRawText(), "JSON", issuer),
    };
}
