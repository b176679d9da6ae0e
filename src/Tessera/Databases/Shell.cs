using System.Diagnostics;

namespace Tessera.Databases;

/// <summary>Runs a program to its end.</summary>
internal static class Shell
{
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> command, CancellationToken cancellation, string? input = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/", // another user may not be allowed into ours
            Environment = { ["LC_ALL"] = "C" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + await errors);
    }
}
