using System.Text;
using System.Text.Json;
using static System.Buffers.Text.Base64Url;

namespace Tessera.AspNetCore.Tokens;

/// <summary>A compact JWS, taken apart and not yet believed.</summary>
/// <param name="Signed">The bytes the signature covers.</param>
internal sealed record CompactToken(JsonElement Header, JsonElement Payload, byte[] Signed, byte[] Signature)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };
    private static readonly JsonDocumentOptions Lax = new() { MaxDepth = 16 };

    /// <summary>Null when the token cannot be read, and <paramref name="failure"/> says why.</summary>
    public static CompactToken? Read(string token, out TokenFailure failure)
    {
        failure = TokenFailure.Malformed;
        if (token.Split('.', 4) is not [var header, var payload, var signature])
        {
            return null;
        }

        try
        {
            return ParseObject(header, ref failure) is { } readHeader && ParseObject(payload, ref failure) is { } readPayload
                ? new CompactToken(readHeader, readPayload, Encoding.ASCII.GetBytes(token, 0, header.Length + 1 + payload.Length), Decode(signature))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A header's or payload's text member; null when it is absent or no text.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? ParseObject(string part, ref TokenFailure failure)
    {
        var json = Decode(part);
        try
        {
            return AsObject(JsonElement.Parse(json, Strict));
        }
        catch (JsonException)
        {
            failure = IsJson(json) ? TokenFailure.DuplicateMember : TokenFailure.Malformed;
            return null;
        }
    }

    private static JsonElement? AsObject(JsonElement element) => element.ValueKind == JsonValueKind.Object ? element : null;

    // What reads well but for its duplicates failed for them.
    private static bool IsJson(byte[] json)
    {
        try
        {
            JsonElement.Parse(json, Lax);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // RFC 7515 knows neither padding nor white space, which the decoder would tolerate.
    private static byte[] Decode(string part) => part.Length > 0 && part.AsSpan().IndexOfAnyExcept(Alphabet) < 0
        ? DecodeFromChars(part)
        : throw new FormatException();

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
