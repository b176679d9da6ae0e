namespace Tessera.SystemTests.Running;

/// <summary>Code out of the documentation, so that what is shown is what runs.</summary>
public static class Documents
{
    /// <summary>The one block of the language in a page.</summary>
    public static string Block(string page, string language) => Blocks(page, language).Single();

    /// <summary>The blocks of the language in a page, in order.</summary>
    public static IReadOnlyList<string> Blocks(string page, string language) =>
    [
        .. File.ReadAllText(Path.Combine(Repository.Root, page)).Split($"```{language}\n").Skip(1)
            .Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]),
    ];
}
