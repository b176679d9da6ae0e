using System.Buffers;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Contracts.Keys;

/// <summary>
/// Base64url in its one form (RFC 7515, section 2): no padding, no white space, no spare bits set. What else decodes is a
/// second text of the same bytes, which two readers may take for two things.
/// </summary>
internal static class StrictBase64Url
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(Letters);

    /// <summary>The bytes, or null if the text is not their one form. No text is no bytes.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text) => IsOfTheAlphabet(text) && HasNoSpareBits(text) ? DecodeFromChars(text) : null;

    private static bool IsOfTheAlphabet(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Alphabet);

    // Two letters are a byte and four bits, three are two bytes and two bits; one alone is nothing.
    private static bool HasNoSpareBits(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        0 => true,
        2 => (Letters.IndexOf(text[^1], StringComparison.Ordinal) & 15) == 0,
        3 => (Letters.IndexOf(text[^1], StringComparison.Ordinal) & 3) == 0,
        _ => false,
    };
}
