using System.Reflection;
using Tessera.Guards.Removing;
using Tessera.Guards.Table;

namespace Tessera.UnitTests.Guards;

/// <summary>The list of guards is about what is there: <c>./dev test --guards</c> takes each of them out and names the tests that notice.</summary>
public sealed class GuardTableTests
{
    public static TheoryData<string> Rules => [.. GuardTable.All.Select(guard => guard.Rule)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_guard_can_be_taken_out(string rule)
    {
        var guard = GuardTable.All.Single(guard => guard.Rule == rule);
        using var without = Assemblies.TakeOut(guard, Assemblies.FileOf(guard, AppContext.BaseDirectory));
        Assert.NotNull(without);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Its_tests_are_there(string rule)
    {
        var guard = GuardTable.All.Single(guard => guard.Rule == rule);
        Assert.NotEmpty(guard.Tests);
        Assert.All(guard.Tests, test => Assert.Contains(test.Split('.')[0], TestClasses));
    }

    [Fact]
    public void Each_rule_is_said_once_and_there_are_many()
    {
        Assert.Equal(GuardTable.All.Count, GuardTable.All.Select(guard => guard.Rule).Distinct().Count());
        Assert.True(GuardTable.All.Count >= 90, $"Only {GuardTable.All.Count} guards are listed.");
    }

    private static readonly HashSet<string> TestClasses =
        [.. Assembly.GetExecutingAssembly().GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }).Select(type => type.Name)];
}
