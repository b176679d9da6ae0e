using System.Text.Json;
using Tessera.Contracts.Keys;

namespace Tessera.Cell.Protocol;

/// <summary>
/// What is asked of a JWT from outside before the library reads it: the library is lenient where two readers may read two
/// things, and does not look at <c>crit</c> (RFC 7515, section 4.1.11). Null means that the rule holds.
/// </summary>
internal static class PlainJwt
{
    private const int MostCharacters = 16 * 1024;
    private const int SignedParts = 3;
    private const int EncryptedParts = 5;
    private const string NoObject = "Header or payload is no base64url of a JSON object, or has a member twice.";
    private static readonly string[] Times = ["exp", "nbf", "iat"];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    // Each lets the token say how, or by whom, it is to be verified.
    private static readonly string[] Forbidden = ["crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"];

    /// <summary>What is wrong with <paramref name="token"/>; a reference, which has no parts, is not for this to judge.</summary>
    /// <param name="signedOnly">Where nothing but a signed token is due; codes and other tickets are encrypted besides.</param>
    public static string? Fault(string token, bool signedOnly)
    {
        if (!token.Contains('.', StringComparison.Ordinal))
        {
            return null;
        }

        if (token.Length > MostCharacters)
        {
            return "The token is longer than 16 KiB.";
        }

        var parts = token.Split('.', EncryptedParts + 1);
        return PartsFault(parts, signedOnly) ?? (Object(parts[0]) is not { } header ? NoObject
            : HeaderFault(header) ?? KeyIdFault(header) ?? (parts.Length == EncryptedParts ? null
            : Object(parts[1]) is not { } payload ? NoObject
            : TypeFault(header) ?? TimeFault(payload)));
    }

    private static string? PartsFault(string[] parts, bool signedOnly) =>
        parts.Length == SignedParts || (parts.Length == EncryptedParts && !signedOnly) ? null : "The token has not the parts of one.";

    private static string? HeaderFault(JsonElement header) =>
        Forbidden.Any(name => header.TryGetProperty(name, out _)) ? "The header asks for an extension, or brings a key." : null;

    private static string? KeyIdFault(JsonElement header) =>
        header.TryGetProperty("kid", out var kid) && (kid.ValueKind != JsonValueKind.String || kid.GetString() is "") ? "The key's id is no text." : null;

    // What is signed and no more is an access token, an id token or a client's assertion; the library would take any ticket.
    private static string? TypeFault(JsonElement header) =>
        header.TryGetProperty("typ", out var type) && !(type.ValueKind == JsonValueKind.String && type.GetString() is "at+jwt" or "JWT" or "client-authentication+jwt")
            ? "The token is of another type."
            : null;

    // RFC 7519, section 2: seconds since 1970. The library reads texts as well, and breaks over the calendar's end.
    private static string? TimeFault(JsonElement payload) =>
        !payload.TryGetProperty("exp", out _) ? "The token never expires."
        : Times.Any(name => payload.TryGetProperty(name, out var time) && !IsTime(time)) ? "A time is no number of seconds within the calendar."
        : null;

    private static bool IsTime(JsonElement time) =>
        time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out var seconds) && seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static JsonElement? Object(string part)
    {
        try
        {
            return JsonElement.Parse(StrictBase64Url.Decode(part), Strict) is { ValueKind: JsonValueKind.Object } json && IsUnicode(json) ? json : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // the latter for a name that is no Unicode
        }
    }

    // Throws for half a surrogate, and for bytes that are no UTF-8, wherever they stand.
    private static bool IsUnicode(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().All(member => member.Name is not null && IsUnicode(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().All(IsUnicode),
        JsonValueKind.String => json.GetString() is not null,
        _ => true,
    };
}
