using System.Text.RegularExpressions;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>The argument holds together: every threat is answered, and the tests it names are there.</summary>
public sealed partial class ThreatTests
{
    /// <summary>How many there are to answer. A threat that goes takes its number along, in plain sight.</summary>
    private const int Known = 53;

    private static readonly Dictionary<string, HashSet<string>> Tests = Read();

    [Fact]
    public void Every_threat_is_there_once_with_its_tests_or_the_reason_why_there_are_none()
    {
        Assert.Equal(Known, Threats.All.Select(threat => threat.Name).Distinct().Count());
        Assert.All(Threats.All, threat => Assert.True(threat.Shown.Length > 0 || threat.NotYet is not null, $"Nothing is shown against: {threat.Name}"));
    }

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var missing = Threats.All.SelectMany(threat => threat.Shown).Where(named => !IsThere(named)).Distinct();
        Assert.Empty(missing);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Threats.All.Count} threats, {Threats.All.SelectMany(threat => threat.Shown).Distinct().Count()} tests named; of {Threats.All.Count(threat => threat.NotYet is not null)} the subject is not, or not all, there yet");
    }

    private static bool IsThere(string named) => named.Split('.') switch
    {
        [var type] => Tests.TryGetValue(type, out var tests) && tests.Count > 0,
        [var type, var method] => Tests.TryGetValue(type, out var tests) && tests.Contains(method),
        _ => false,
    };

    // From the sources of both test projects, by class; classes of one name in two folders are looked at as one.
    private static Dictionary<string, HashSet<string>> Read()
    {
        var found = new Dictionary<string, HashSet<string>>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            var tests = text.Contains("[Fact", StringComparison.Ordinal) || text.Contains("[Theory", StringComparison.Ordinal) ? Test().Matches(text).Select(test => test.Groups[1].Value) : [];
            if (!found.TryGetValue(Path.GetFileNameWithoutExtension(file), out var known))
            {
                found[Path.GetFileNameWithoutExtension(file)] = known = [];
            }

            known.UnionWith(tests);
        }

        return found;
    }

    [GeneratedRegex(@"^    public (?:static )?(?:async )?(?:Task|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();
}
