using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Moves;

/// <summary>
/// Where the steps of a move are asked for at a cell. Those without a record have no body. All but the rows are answered with a
/// signed statement: <see cref="ArrivalReady"/>, <see cref="MoveDigest"/>, and <see cref="MoveStanding"/> for the others.
/// </summary>
internal static class MovePaths
{
    /// <summary><c>GET</c> tells the <see cref="MoveStanding"/>.</summary>
    public static string Move(RealmId realm, MoveId move) => $"/cell/realms/{realm}/moves/{move}";

    /// <summary><c>PUT</c> prepares; <c>DELETE</c> rolls back: what had arrived is erased, and the attempt never comes back under its id.</summary>
    public static string Arrival(RealmId realm, MoveId move) => Move(realm, move) + "/arrival";

    public static string ArrivalRows(RealmId realm, MoveId move) => Arrival(realm, move) + "/rows";

    public static string ArrivalDigest(RealmId realm, MoveId move) => Arrival(realm, move) + "/digest";

    public static string Activate(RealmId realm, MoveId move) => Arrival(realm, move) + "/activate";

    public static string Departure(RealmId realm, MoveId move) => Move(realm, move) + "/departure";

    public static string DepartureRows(RealmId realm, MoveId move) => Departure(realm, move) + "/rows";

    public static string DepartureDigest(RealmId realm, MoveId move) => Departure(realm, move) + "/digest";

    public static string Fence(RealmId realm, MoveId move) => Departure(realm, move) + "/fence";

    /// <summary>Rolls back: waiting requests go on here, and the attempt never comes back under its id. Refused once the realm has moved.</summary>
    public static string Unfence(RealmId realm, MoveId move) => Departure(realm, move) + "/unfence";

    public static string Moved(RealmId realm, MoveId move) => Departure(realm, move) + "/moved";

    /// <summary>Erases the rows of a realm that has moved; the marker stays.</summary>
    public static string Purge(RealmId realm, MoveId move) => Departure(realm, move) + "/purge";

    public static string Repool(RealmId realm, MoveId move) => Move(realm, move) + "/repool";
}
