using System.Globalization;

namespace Tessera.Cell.Passwords;

/// <summary>The pieces of a PHC string, each in its one written form: decimal numbers without a sign or leading zeros, base64 without padding or spare bits.</summary>
internal static class PhcText
{
    /// <summary>Reads <c>a=1,b=2</c> with exactly these names in this order; null when it is anything else.</summary>
    public static int[]? Numbers(string text, params ReadOnlySpan<string> names)
    {
        var parts = text.Split(',');
        if (parts.Length != names.Length)
        {
            return null;
        }

        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!parts[i].StartsWith($"{names[i]}=", StringComparison.Ordinal) || Number(parts[i][(names[i].Length + 1)..]) is not { } number)
            {
                return null;
            }

            numbers[i] = number;
        }

        return numbers;
    }

    public static int? Number(string text) =>
        text is ['0'] || (text is [not '0', ..] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Bytes of a length within bounds, or null.</summary>
    /// <param name="dots">The variant of passlib, which writes <c>.</c> for <c>+</c>.</param>
    public static byte[]? Bytes(string text, int least, int most, bool dots = false)
    {
        if (text.Length > (most * 4 + 2) / 3 || (dots && text.Contains('+', StringComparison.Ordinal)))
        {
            return null;
        }

        var standard = dots ? text.Replace('.', '+') : text;
        var bytes = new byte[most + 3];
        return Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), bytes, out var length)
            && length >= least && length <= most && Text(bytes.AsSpan(0, length)) == standard
            ? bytes[..length]
            : null;
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');
}
