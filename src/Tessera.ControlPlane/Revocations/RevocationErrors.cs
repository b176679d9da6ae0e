using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Revocations;

internal static class RevocationErrors
{
    /// <summary>One answer for an unknown cell, another's signature, and a statement that is old or for another control plane.</summary>
    public static Error CellStatementRefused() => new(
        "cell_statement_refused", 401, "The statement is not signed by this cell's key, for this control plane, a moment ago.", "statement");

    public static Error RevocationsFull() => new("revocations_full", 429, "The directory holds as many revocations of this cell as it will. Try again when some are over.");
}
