using System.Text.RegularExpressions;

namespace Tessera.UnitTests.Architecture;

/// <summary>
/// The C# that readers copy compiles: each block of a page is, word for word, a region of <c>docs/snippets</c>, which is
/// built with the solution. Namespaces a block begins with stand at the top of the region's file.
/// </summary>
public sealed partial class SnippetTests
{
    private static readonly List<(string Name, string Text, string File)> Regions =
    [
        .. from file in Repository.Files
           where file.StartsWith("docs/snippets/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
           let text = Repository.Read(file)
           from Match region in Region().Matches(text)
           select ($"{file}: {region.Groups[1].Value}", Dedent(region.Groups[2].Value), text),
    ];

    private static readonly List<(string Page, string Usings, string Text)> Blocks =
    [
        .. from file in Repository.Files
           where file.EndsWith(".md", StringComparison.Ordinal)
           from Match block in Block().Matches(Repository.Read(file))
           where block.Groups[1].Value.ToUpperInvariant() is "CSHARP" or "CS" or "C#"
           let usings = Usings().Match(Dedent(block.Groups[2].Value)).Value
           select (file, usings.TrimEnd(), Dedent(block.Groups[2].Value)[usings.Length..]),
    ];

    public static TheoryData<string> Packages => new(
        from file in Repository.Files
        where file.EndsWith(".csproj", StringComparison.Ordinal) && Repository.Read(file).Contains("<IsPackable>true", StringComparison.Ordinal)
        select $"{Path.GetDirectoryName(file)}/README.md");

    [Fact]
    public void Every_block_of_CSharp_in_a_page_is_compiled() =>
        Assert.Empty(Blocks.Where(block => !Regions.Exists(region => IsOf(block, region))).Select(block => $"{block.Page}:\n{block.Text}"));

    [Fact]
    public void Every_region_stands_in_a_page() =>
        Assert.Empty(Regions.Where(region => !Blocks.Exists(block => IsOf(block, region))).Select(region => region.Name));

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_readme_of_a_package_shows_how_to_begin(string readme) => Assert.Contains(Blocks, block => block.Page == readme);

    private static bool IsOf((string Page, string Usings, string Text) block, (string Name, string Text, string File) region) =>
        block.Text == region.Text && block.Usings.Split('\n').All(line => region.File.Contains(line, StringComparison.Ordinal));

    private static string Dedent(string text)
    {
        var lines = text.TrimEnd().Split('\n').Select(line => line.TrimEnd()).ToList();
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..]));
    }

    [GeneratedRegex(@"^ *#region (\S+)\n(.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\A(using [\w.]+;\n)*\n?")]
    private static partial Regex Usings();

    // ```language … ```, also one that is indented under a point of a list.
    [GeneratedRegex(@"^ *```(\S*)[^\n]*\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
