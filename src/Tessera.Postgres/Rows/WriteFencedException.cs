using Npgsql;

namespace Tessera.Postgres.Rows;

/// <summary>
/// The <see cref="WriteEntry"/> refused the write: what the rows belong to is not active here, or not at this epoch. Nothing
/// was written. Whoever holds the placement must look it up again; repeating the write does not help.
/// </summary>
public sealed class WriteFencedException(PostgresException cause) : Exception(cause.MessageText, cause);
