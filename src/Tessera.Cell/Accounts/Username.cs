using System.Globalization;
using System.Text;
using Tessera.Names;

namespace Tessera.Cell.Accounts;

/// <summary>The one form in which user names are compared: NFKC without regard to case.</summary>
internal static class Username
{
    public const int MaxLength = 128;

    /// <summary>Whether a new account may have this name: 1 to 128 characters, no white space, no control or unassigned characters, no unpaired surrogates, neither as it is written nor as it is compared.</summary>
    public static bool IsValid(string? name) => name is { Length: > 0 and <= MaxLength } && IsOneWord(name) && Normalize(name) is { Length: <= MaxLength } normal && IsOneWord(normal);

    /// <summary>The form to compare; text that is no Unicode, or too long for a name, compares as itself and matches no account.</summary>
    public static string Normalize(string name) => name.Length > MaxLength ? name : ComparedName.Of(name);

    private static bool IsOneWord(string name) => name.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
