namespace Tessera.Contracts.Ids;

/// <summary>The one written form of a UUID: 36 lower-case characters. The framework takes capitals, signs and 0x as well.</summary>
internal static class Uuid
{
    public static bool TryRead(string? text, out Guid value)
    {
        var read = Guid.TryParseExact(text, "D", out value) && value != Guid.Empty && IsItsForm(text!, value);
        value = read ? value : Guid.Empty;
        return read;
    }

    private static bool IsItsForm(string text, Guid value) => value.ToString("D") == text;
}
