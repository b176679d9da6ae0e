namespace Tessera.Contracts.Revocations;

/// <summary>What a cell sends to <c>POST /cells/{cell}/revocations</c>.</summary>
/// <param name="Statement">A <see cref="CellStatement"/> as a compact JWS; its signature is the right to tell.</param>
internal sealed record CellTelling(string Statement);
