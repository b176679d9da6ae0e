using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tessera.Guards.Running;

/// <summary>What a run of some tests came to.</summary>
/// <param name="Total">How many ran; 0 also when the run broke off.</param>
/// <param name="Failed">The names of those that failed, without namespace and arguments.</param>
/// <param name="Output">All that was printed.</param>
internal sealed partial record TestRun(int Total, IReadOnlyList<string> Failed, string Output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public bool IsGood => Total > 0 && Failed.Count == 0;

    public static async Task<TestRun> OfAsync(string executable, string filter)
    {
        var start = new ProcessStartInfo(executable, $"-noColor {filter}") { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var text = await output + await errors;
        var total = Summary().Match(text) is { Success: true } summary ? int.Parse(summary.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return new TestRun(total, [.. Failure().Matches(text).Select(failure => failure.Groups[1].Value).Distinct()], text);
    }

    // "    Tessera.UnitTests.AspNetCore.TokenVerificationTests.Alg_none_is_refused [FAIL]"
    [GeneratedRegex(@"^\s+[\w.+]*?(\w+\.\w+)(?:\(.*)? \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex Failure();

    [GeneratedRegex(@"Total: (\d+), Errors: \d+, Failed: \d+")]
    private static partial Regex Summary();
}
