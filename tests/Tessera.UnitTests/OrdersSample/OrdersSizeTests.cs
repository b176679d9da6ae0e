using Tessera.UnitTests.Architecture;

namespace Tessera.UnitTests.OrdersSample;

public sealed class OrdersSizeTests
{
    // The page, which stands for the browser's side of any application, is counted by nobody.
    [Fact]
    public void The_API_of_the_sample_is_under_150_lines()
    {
        var files = Repository.Files.Where(file => file.StartsWith("samples/Orders/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
            && !file.StartsWith("samples/Orders/Page/", StringComparison.Ordinal)).ToList();
        var lines = files.Sum(file => Repository.Read(file).Split('\n').Count(line => line.Trim().Length > 0));
        Assert.True(files.Count > 3 && lines < 150, $"{lines} lines in {string.Join(", ", files)}");
    }
}
