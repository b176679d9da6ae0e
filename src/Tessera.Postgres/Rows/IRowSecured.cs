namespace Tessera.Postgres.Rows;

/// <summary>
/// A <c>DbContext</c> whose rows are secured. It is asked before every command, so the scope may be set after the context
/// was made.
/// </summary>
public interface IRowSecured
{
    /// <summary>The rows in reach. With <see langword="null"/>, reads find nothing and writes throw <see cref="RowScopeNotSetException"/>.</summary>
    RowScope? RowScope { get; }
}
