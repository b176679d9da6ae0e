using System.Diagnostics;
using System.Text;

namespace Tessera.SystemTests.Running;

/// <summary>A <c>tessera</c> process of our own: what it prints, and the ways in which it ends.</summary>
public sealed class TesseraProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TesseraProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data, _errors);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything printed so far, on both outputs.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>What was printed on standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_output)
            {
                return _errors.ToString();
            }
        }
    }

    public static TesseraProcess Start(params string[] arguments) => StartProgram(Repository.Command, Environment.CurrentDirectory, new Dictionary<string, string>(), arguments);

    /// <summary>Another program of .NET, in a folder and with settings of its own.</summary>
    public static TesseraProcess StartProgram(string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // A script's background jobs ignore SIGINT and hand that down; a terminal's programs do not.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new TesseraProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits for the line <c>ready</c>; throws with what was printed if the process ends first or five minutes pass.</summary>
    public async Task ReadyAsync()
    {
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(_ready.Task, ended, Task.Delay(TimeSpan.FromMinutes(5)));
        if (first != _ready.Task)
        {
            throw new InvalidOperationException($"tessera did not become ready.\n{Output}");
        }
    }

    /// <summary>Waits for the process to end by itself.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    public Task<int> StopAsync() => SignalAsync("-TERM");

    /// <summary>SIGINT, as Ctrl-C stops it.</summary>
    public Task<int> InterruptAsync() => SignalAsync("-INT");

    /// <summary>SIGKILL: the process gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            try
            {
                await StopAsync();
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        _process.Dispose();
    }

    private async Task<int> SignalAsync(string signal)
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", [signal, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        return await ExitAsync();
    }

    private void Take(string? line, StringBuilder? also = null)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            also?.AppendLine(line);
        }

        if (line.Trim() == "ready")
        {
            _ready.TrySetResult();
        }
    }
}
