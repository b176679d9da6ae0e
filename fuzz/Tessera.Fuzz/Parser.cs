namespace Tessera.Fuzz;

/// <summary>
/// A reader of untrusted text, and what must hold of it for any text whatever: it refuses in the way it declares or keeps
/// its promises about what it took.
/// </summary>
/// <param name="Name">Also its fuzz target and the folder of its corpus.</param>
/// <param name="Covers">The types whose reading this tries.</param>
/// <param name="Try">Throws <see cref="BrokenPromiseException"/>, or what the reader threw.</param>
internal sealed record Parser(string Name, IReadOnlyList<Type> Covers, Action<string> Try);

/// <summary>A reader took a text and did not do with it what it promises.</summary>
internal sealed class BrokenPromiseException(string promise) : Exception(promise);

internal static class Promise
{
    public static void That(bool kept, string promise)
    {
        if (!kept)
        {
            throw new BrokenPromiseException(promise);
        }
    }

    /// <summary>The same as <paramref name="expected"/>, told with both.</summary>
    public static void Same<T>(T expected, T found, string promise) =>
        That(EqualityComparer<T>.Default.Equals(expected, found), $"{promise}: expected '{expected}', found '{found}'");
}
