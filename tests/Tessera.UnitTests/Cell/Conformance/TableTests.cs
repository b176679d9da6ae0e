using System.Reflection;
using System.Text.RegularExpressions;
using Tessera.UnitTests.Architecture;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary>docs/conformance.md and the tests name the same modules.</summary>
public sealed partial class TableTests
{
    [Fact]
    public void Every_module_of_the_table_has_its_test_and_every_test_its_row()
    {
        var rows = Row().Matches(Repository.Read("docs/conformance.md")).Select(match => (Module: match.Groups[1].Value, Result: match.Groups[2].Value)).ToList();
        var tests = typeof(TableTests).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ConformanceTests)))
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(method => method.Name);
        Assert.Equal(rows.Select(row => row.Module.Replace('-', '_')).Order(StringComparer.Ordinal), tests.Order(StringComparer.Ordinal));
        Assert.Equal(38 + 1 + 11, rows.Count);
        Assert.All(rows, row => Assert.True(row.Result == "pass" || row.Result.StartsWith("skip", StringComparison.Ordinal) || row.Result.StartsWith("pass, with a warning", StringComparison.Ordinal), row.Module));
    }

    // | `module` | result | what the test looks at |
    [GeneratedRegex(@"^\| `(oidcc-[a-z0-9-]+)` \| ([^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
