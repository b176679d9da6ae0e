using System.Diagnostics;
using System.Text.Json;

namespace Tessera.SystemTests.Running;

/// <summary>Runs a script of <c>tests/clients</c> under Node.js or Python: settings in as JSON, what it saw out as JSON.</summary>
public static class NodeScript
{
    // Where the system's own packages are, PyJWT among them.
    private const string SystemPython = "/usr/bin/python3";

    public static Task<JsonElement> RunAsync(string script, object settings) => RunAsync("node", script, settings);

    public static Task<JsonElement> RunPythonAsync(string script, object settings) => RunAsync(SystemPython, script, settings);

    private static async Task<JsonElement> RunAsync(string command, string script, object settings)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(command, [Path.Combine(Repository.Root, "tests", "clients", script)])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
                Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
            },
        };
        process.Start();
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(settings));
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{script} failed.\n{await errors}\n{await output}");
        return JsonDocument.Parse(await output).RootElement.Clone();
    }
}
