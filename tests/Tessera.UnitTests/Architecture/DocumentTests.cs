using System.Text.RegularExpressions;

namespace Tessera.UnitTests.Architecture;

/// <summary>What is written about the code agrees with it.</summary>
public sealed partial class DocumentTests
{
    // The text files in which a path of somebody's machine could hide.
    private static readonly string[] Binary = [".png", ".ico", ".woff2", ".jpg", ".gif"];

    [Fact]
    public void Every_error_code_is_documented_and_every_documented_code_exists()
    {
        var documented = DocumentedCode().Matches(Repository.Read("docs/errors.md")).Select(match => match.Groups[1].Value).ToHashSet();
        var sources = Repository.Sources.Select(Repository.Read).ToList();
        var constructed = sources.SelectMany(source => ErrorCode().Matches(source)).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.True(constructed.Count > 50, $"Only {constructed.Count} error codes were found.");
        Assert.Empty(constructed.Except(documented).Except(["duty_done"])); // told to nobody: another worker was faster
        Assert.All(documented, code => Assert.Contains(sources, source => source.Contains($"\"{code}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_relative_link_leads_to_a_file()
    {
        var broken =
            from file in Repository.Files
            where file.EndsWith(".md", StringComparison.Ordinal)
            from Match link in Link().Matches(Repository.Read(file))
            let target = link.Groups[1].Value
            let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, Uri.UnescapeDataString(target))
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{file}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void No_file_holds_a_path_of_the_machine_it_was_written_on()
    {
        var found =
            from file in Repository.Files
            where !Binary.Contains(Path.GetExtension(file))
            from Match path in MachinePath().Matches(Repository.Read(file))
            select $"{file}: {path.Value}";
        Assert.Empty(found);
    }

    // A row of a table that begins with a code.
    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex DocumentedCode();

    // new Error("code", 400, …) or new("code", StatusCodes.Status400BadRequest, …)
    [GeneratedRegex(@"new(?: Error)?\(\s*""([a-z0-9_]+)"",\s*(?:StatusCodes\.|[45][0-9]{2}\b)")]
    private static partial Regex ErrorCode();

    // [text](relative/path#part), and not an address or a place on the same page.
    [GeneratedRegex(@"\]\((?![a-z]+:|#|/)([^)\s#]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w.\-}*])/(?:work|root)/\w+")]
    private static partial Regex MachinePath();
}
