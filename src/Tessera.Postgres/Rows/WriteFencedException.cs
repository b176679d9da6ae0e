using Npgsql;

namespace Tessera.Postgres.Rows;

/// <summary>
/// The <see cref="WriteEntry"/> refused the write: what the rows belong to is not active here, or not at this epoch. Nothing
/// was written. Whoever holds the placement must look it up again; repeating the write does not help.
/// </summary>
public sealed class WriteFencedException : Exception
{
    /// <summary>For the refusal of the procedure itself.</summary>
    public WriteFencedException(PostgresException cause)
        : base(cause.MessageText, cause)
    {
    }

    /// <summary>For a store that is fenced without a procedure.</summary>
    public WriteFencedException(string message)
        : base(message)
    {
    }
}
