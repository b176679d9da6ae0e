using Spectre.Console;

namespace Tessera.Commands;

/// <summary>Where the command's output goes.</summary>
internal static class Terminal
{
    /// <summary>A file or a pipe has no width; lines are left whole there.</summary>
    public static void KeepLinesWhole()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200;
        }
    }
}
