using System.Text.RegularExpressions;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Packages;

/// <summary>The changes a page asks its reader for: its blocks of <c>diff</c>, in their order.</summary>
internal static partial class PageDiff
{
    public static async Task<IReadOnlyList<string[]>> OfPageAsync(string page)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, page));
        return [.. Block().Matches(text).Select(block => block.Groups[1].Value.TrimEnd().Split('\n'))];
    }

    /// <summary>Changes the file as the reader does: finds each line that stays or goes, in order, and puts the new ones after it.</summary>
    public static async Task ApplyAsync(string file, string[] diff)
    {
        var lines = (await File.ReadAllLinesAsync(file)).ToList();
        var at = 0;
        foreach (var change in diff)
        {
            var (mark, line) = (change[0], change[1..]);
            if (mark == '+')
            {
                lines.Insert(at++, line);
                continue;
            }

            at = lines.FindIndex(at, candidate => candidate.Trim() == line.Trim());
            Assert.True(at >= 0, $"{Path.GetFileName(file)} has no line '{line}' there.");
            if (mark == '-')
            {
                lines.RemoveAt(at);
            }
            else
            {
                at++;
            }
        }

        await File.WriteAllLinesAsync(file, lines);
    }

    [GeneratedRegex("^```diff\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
