namespace Tessera.SystemTests.Running;

/// <summary>One part of a deployment in a process of its own, stopped, killed and started again on the same data.</summary>
/// <param name="reached">Waits until others have noticed that it is there.</param>
public sealed class Part(string origin, Func<string[]> command, HttpClient http, Func<Task>? reached = null) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private TesseraProcess? _process;

    public string Origin => origin;

    public string Output => _process?.Output ?? "";

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts the part and waits until it answers.</summary>
    public async Task StartAsync()
    {
        await DisposeAsync();
        _process = TesseraProcess.Start(command());
        var until = DateTimeOffset.UtcNow + Patience;
        while (!await AnswersAsync())
        {
            Assert.False(_process.HasExited || DateTimeOffset.UtcNow > until, $"{command()[0]} did not start.\n{Output}");
            await Task.Delay(50);
        }

        await (reached?.Invoke() ?? Task.CompletedTask);
    }

    public async Task StopAsync() => Assert.Equal(0, await _process!.StopAsync());

    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"{origin}/health"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException) // not there, or too busy to say
        {
            return false;
        }
    }
}
