namespace Tessera.Postgres.Tenants;

/// <summary>
/// The answer to COMMIT did not come: the transaction is committed or is not, and only its own rows can tell. Look for them
/// by a key the caller chose before doing the work again.
/// </summary>
public sealed class CommitUnknownException(Exception cause)
    : Exception("The connection was lost while the transaction was being committed, so it is not known whether it was.", cause);
