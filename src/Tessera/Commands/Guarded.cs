namespace Tessera.Commands;

/// <summary>Turns what goes wrong into lines on standard error and an exit code.</summary>
internal static class Guarded
{
    public static Task<int> RunAsync(Func<Task> action) => RunAsync(async () =>
    {
        await action();
        return 0;
    });

    /// <param name="action">Answers the exit code of what went well.</param>
    public static async Task<int> RunAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e)
        {
            foreach (var line in Fault.Explain(e))
            {
                await Console.Error.WriteLineAsync($"tessera: {line}");
            }

            return 1;
        }
    }
}
