namespace Tessera.Postgres.Rows;

/// <summary>The SQLSTATEs a <see cref="WriteEntry"/> raises.</summary>
public static class SqlStates
{
    /// <summary>The realm is not active, or not at this epoch. Surfaces as <see cref="WriteFencedException"/>.</summary>
    public const string Fenced = "TS001";

    /// <summary>The transaction is not READ COMMITTED: its one snapshot would be older than the fence.</summary>
    public const string WrongIsolation = "TS002";
}
