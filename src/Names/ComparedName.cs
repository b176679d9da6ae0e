namespace Tessera.Names;

/// <summary>The one form in which user names are compared: NFKC without regard to case, by the invariant culture.</summary>
internal static class ComparedName
{
    /// <summary>Text that is no Unicode compares as itself.</summary>
    public static string Of(string name) => Nfkc.Normalize(name) is { } normal ? Nfkc.Normalize(Fold(normal)) ?? name : name;

    // Up and down again: a final sigma and a sigma, an iota below and beside, are one letter.
    private static string Fold(string name) => name.ToUpperInvariant().ToLowerInvariant();
}
