using System.Buffers;
using System.Buffers.Text;

namespace Tessera.AspNetCore.Tokens;

/// <summary>The parts of a compact JWS (RFC 7515, section 7.1) as they stand in it, none of them decoded.</summary>
internal readonly ref struct TokenParts
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private TokenParts(ReadOnlySpan<byte> token, int header, int payload)
    {
        Header = token[..header];
        Payload = token.Slice(header + 1, payload);
        SignedLength = header + 1 + payload;
        Signature = token[(SignedLength + 1)..];
    }

    public ReadOnlySpan<byte> Header { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public ReadOnlySpan<byte> Signature { get; }

    /// <summary>How much of the token, from its beginning, the signature covers.</summary>
    public int SignedLength { get; }

    /// <summary>False unless there are exactly three parts, each of them base64url.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> token, out TokenParts parts)
    {
        parts = default;
        var header = token.IndexOf((byte)'.');
        var payload = header < 0 ? -1 : token[(header + 1)..].IndexOf((byte)'.');
        if (payload < 0)
        {
            return false;
        }

        parts = new TokenParts(token, header, payload);
        return IsBase64Url(parts.Header) && IsBase64Url(parts.Payload) && IsBase64Url(parts.Signature);
    }

    public static int LengthOf(ReadOnlySpan<byte> part) => part.Length * 3 / 4;

    /// <summary>The bytes of a part. It has been found to be base64url.</summary>
    public static void Decode(ReadOnlySpan<byte> part, Span<byte> into) => Base64Url.DecodeFromUtf8(part, into);

    // A fourth part has a dot in it.
    private static bool IsBase64Url(ReadOnlySpan<byte> part) => HasOnlyTheAlphabet(part) && IsTheOneSpelling(part);

    // RFC 7515, section 2, knows neither padding nor white space, which the decoder would tolerate.
    private static bool HasOnlyTheAlphabet(ReadOnlySpan<byte> part) => part.Length > 0 && part.IndexOfAnyExcept(Alphabet) < 0;

    // RFC 4648, section 3.5: bits beyond the last byte are zero, so that the same bytes have no second spelling.
    private static bool IsTheOneSpelling(ReadOnlySpan<byte> part) => (part.Length % 4) switch
    {
        0 => true,
        2 => (ValueOf(part[^1]) & 0b1111) == 0,
        3 => (ValueOf(part[^1]) & 0b11) == 0,
        _ => false,
    };

    private static int ValueOf(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => letter - 'A',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
        (byte)'-' => 62,
        _ => 63,
    };
}
