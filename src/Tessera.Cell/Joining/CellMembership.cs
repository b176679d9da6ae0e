using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Cell.Joining;

/// <summary>What the cell has learned by joining: whose service tokens it obeys, and where that control plane is. Known before the first request.</summary>
internal sealed class CellMembership(IOptions<CellOptions> options)
{
    private PublicJwk? _controlKey;
    private Uri? _controlPlane;

    public CellId CellId { get; } = options.Value.CellId;

    /// <summary>The pinned key of the control plane.</summary>
    public PublicJwk ControlKey => _controlKey ?? throw new InvalidOperationException("The cell has not joined.");

    /// <summary>Where the control plane is told of what ended here.</summary>
    public Uri ControlPlane => _controlPlane ?? throw new InvalidOperationException("The cell has not joined.");

    public void Pin(PublicJwk controlKey, Uri controlPlane) => (_controlKey, _controlPlane) = (controlKey, controlPlane);
}
