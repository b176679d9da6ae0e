using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Contracts.Provisioning;

/// <summary>A cell's first word to the control plane, <c>POST /cells/join</c>: good once, with the token made for this cell.</summary>
/// <param name="Endpoint">Origin at which router and control plane reach the cell.</param>
/// <param name="PublicKey">The cell's own key; the control plane believes nothing of this cell that is not signed by it.</param>
internal sealed record JoinRequest(CellId CellId, string JoinToken, string Endpoint, PublicJwk PublicKey);

/// <summary>The control plane's answer. The cell checks <paramref name="ControlKey"/> against the thumbprint in its join token before it pins it.</summary>
internal sealed record JoinResponse(CellId CellId, string Region, PublicJwk ControlKey);
