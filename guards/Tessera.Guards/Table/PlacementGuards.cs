using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Where a tenant may live.</summary>
internal static class PlacementGuards
{
    private const string Control = "Tessera.ControlPlane.";
    private const string Fit = Control + "Placements.Fit.";

    public static readonly Guard[] All =
    [
        new("placement: A cell that is not open takes nobody", Fit + "IsOpen", ReturnsTrue, "PlacementTests"),
        new("placement: A full cell takes nobody", Fit + "HasRoom", ReturnsTrue, "PlacementTests"),
        new("placement: A cell of Amazon Cognito is no cell of ours", Fit + "IsOurs", ReturnsTrue, "PlacementTests"),
        new("placement: A tenant lives in its region", Fit + "IsInRegion", ReturnsTrue, "PlacementTests"),
        new("placement: A tenant's data lies where it must", Fit + "KeepsResidency", ReturnsTrue, "PlacementTests"),
        new("placement: A cell kept for a tier takes no one else", Fit + "ServesTier", ReturnsTrue, "PlacementTests"),
        new("placement: A canary takes those who ask for one", Fit + "SuitsCanary", ReturnsTrue, "PlacementTests"),
        new("placement: A cell has so many pools and no more", Fit + "HasPoolLeft", ReturnsTrue, "PlacementTests"),
        new("placement: A shared tenant needs a shared realm", Fit + "HasHomeFor", ReturnsTrue, "PlacementTests"),
        new("placement: A cell that has not joined is not opened", Control + "Cells.CellTurns.NotJoined", ReturnsNull, "CellStateTests"),
        new("placement: A lost cell does not come back", Control + "Cells.CellTurns.IsLost", ReturnsNull, "CellStateTests"),
        new("placement: A cell with tenants is not spare", Control + "Cells.CellTurns.HousesSomebody", ReturnsNull, "CellStateTests"),
        new("placement: AWS gives so many user pools", Control + "UserPools.CognitoLimits.HasUserPoolLeftAsync", ReturnsTrue, "UserPoolTests"),
        new("placement: A user pool has so many clients", Control + "UserPools.CognitoLimits.HasClientsLeftAsync", ReturnsTrue, "UserPoolTests"),
        new("placement: A spare cell does not open early", Control + "Placements.CellRoom.IsNearlyFull", ReturnsTrue, "SpareCellTests"),
    ];
}
