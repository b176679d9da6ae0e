using System.Text.RegularExpressions;

namespace Tessera.UnitTests.Architecture;

/// <summary>
/// The C# that readers copy compiles: each block of a page is, word for word, a region of <c>docs/snippets</c>, which is
/// built with the solution.
/// </summary>
public sealed partial class SnippetTests
{
    private static readonly Dictionary<string, string> Regions =
    (
        from file in Repository.Files
        where file.StartsWith("docs/snippets/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
        from Match region in Region().Matches(Repository.Read(file))
        select (Name: $"{file}: {region.Groups[1].Value}", Text: Dedent(region.Groups[2].Value))
    ).ToDictionary(region => region.Name, region => region.Text);

    private static readonly List<(string Page, string Text)> Blocks =
    [
        .. from file in Repository.Files
           where file.EndsWith(".md", StringComparison.Ordinal)
           from Match block in Block().Matches(Repository.Read(file))
           where block.Groups[1].Value.ToUpperInvariant() is "CSHARP" or "CS" or "C#"
           select (file, Dedent(block.Groups[2].Value)),
    ];

    public static TheoryData<string> Packages => new(
        from file in Repository.Files
        where file.EndsWith(".csproj", StringComparison.Ordinal) && Repository.Read(file).Contains("<IsPackable>true", StringComparison.Ordinal)
        select $"{Path.GetDirectoryName(file)}/README.md");

    [Fact]
    public void Every_block_of_CSharp_in_a_page_is_compiled() =>
        Assert.Empty(Blocks.Where(block => !Regions.ContainsValue(block.Text)).Select(block => $"{block.Page}:\n{block.Text}"));

    [Fact]
    public void Every_region_stands_in_a_page() =>
        Assert.Empty(Regions.Where(region => Blocks.TrueForAll(block => block.Text != region.Value)).Select(region => region.Key));

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_readme_of_a_package_shows_how_to_begin(string readme) => Assert.Contains(Blocks, block => block.Page == readme);

    private static string Dedent(string text)
    {
        var lines = text.TrimEnd().Split('\n').Select(line => line.TrimEnd()).ToList();
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
    }

    [GeneratedRegex(@"^ *#region (\S+)\n(.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    // ```language … ```, also one that is indented under a point of a list.
    [GeneratedRegex(@"^ *```(\S*)[^\n]*\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
