namespace Tessera.Commands;

/// <summary>Turns what goes wrong into lines on standard error and an exit code.</summary>
internal static class Guarded
{
    public static async Task<int> RunAsync(Func<Task> action)
    {
        try
        {
            await action();
            return 0;
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
