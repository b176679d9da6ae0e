namespace Tessera.Postgres.Rows;

/// <summary>Which rows a unit of work may see and write.</summary>
/// <param name="Settings">Applied before every command, in the same round trip and the same transaction.</param>
/// <param name="Write">How writes enter; <see langword="null"/> means that they apply <paramref name="Settings"/> as reads do.</param>
public sealed record RowScope(IReadOnlyList<RowSetting> Settings, WriteEntry? Write = null)
{
    /// <summary>A scope of one setting.</summary>
    public RowScope(string setting, string value, WriteEntry? write = null) : this([new RowSetting(setting, value)], write)
    {
    }
}
