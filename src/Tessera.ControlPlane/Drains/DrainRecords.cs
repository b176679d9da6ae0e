using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Drains;

/// <param name="To">The cell everyone is to go to; absent, each where a new tenant like it would be placed in the cell's region.</param>
internal sealed record DrainRequest(string? To = null);

/// <summary>How far the draining of a cell is.</summary>
/// <param name="State">The cell's.</param>
/// <param name="Left">Tenants with a realm of their own that live there still, those on their way included.</param>
/// <param name="Moving">Of those, how many are on their way.</param>
/// <param name="Moved">How many have left since it began.</param>
/// <param name="RolledBack">Moves that were rolled back since it began; their tenants are tried again.</param>
/// <param name="Shared">Tenants that cannot be moved before they are promoted, or have left the shared realm they were promoted from.</param>
/// <param name="Blocked">The code of what kept the last tenant from being sent off; absent while nothing does.</param>
internal sealed record DrainView(
    CellId Cell, string State, CellId? To, DateTimeOffset BeganAt, int Left, int Moving, int Moved, int RolledBack, int Shared, string? Blocked);

/// <param name="Attestation">Who knows from what that the cell is destroyed and will never answer again. Kept in the audit log.</param>
/// <param name="Endpoint">Where a process answers that runs on the copy of the cell's database and key; absent, none does yet.</param>
internal sealed record LossRequest(string? Attestation = null, string? Endpoint = null);
