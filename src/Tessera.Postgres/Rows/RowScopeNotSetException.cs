namespace Tessera.Postgres.Rows;

/// <summary>A write was tried with no <see cref="RowScope"/>: nobody has said whose rows these are. Nothing was sent to the database.</summary>
public sealed class RowScopeNotSetException(string context)
    : InvalidOperationException($"{context} has no RowScope, so it may not write. Set the tenant (or realm) before the first write.");
