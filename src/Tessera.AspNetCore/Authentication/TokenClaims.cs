using System.Security.Claims;
using System.Text.Json;
using Tessera.AspNetCore.Tokens;

namespace Tessera.AspNetCore.Authentication;

/// <summary>A payload as claims, under their own names. An array becomes one claim per member; objects stay JSON.</summary>
internal static class TokenClaims
{
    public static IEnumerable<Claim> Of(TokenVerdict.Accepted accepted) => accepted.Claims.EnumerateObject().SelectMany(member =>
        member.Value.ValueKind == JsonValueKind.Array
            ? member.Value.EnumerateArray().Select(value => Of(member.Name, value, accepted))
            : [Of(member.Name, member.Value, accepted)]);

    private static Claim Of(string name, JsonElement value, TokenVerdict.Accepted accepted) => value.ValueKind switch
    {
        JsonValueKind.String => new Claim(name, value.GetString()!, ClaimValueTypes.String, accepted.Issuer),
        JsonValueKind.Number => new Claim(name, value.GetRawText(), ClaimValueTypes.Double, accepted.Issuer),
        JsonValueKind.True or JsonValueKind.False => new Claim(name, value.GetRawText(), ClaimValueTypes.Boolean, accepted.Issuer),
        _ => new Claim(name, value.GetRawText(), "JSON", accepted.Issuer),
    };
}
