using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>A cell: through which door a request comes, which realm it is of, and which rows that realm has.</summary>
internal static class CellDoorGuards
{
    private const string Cell = "Tessera.Cell.";

    public static readonly Guard[] All =
    [
        new("A page is served at its own door alone", Cell + "Realms.KeepToDoor.InvokeAsync", PassesOn, "BadInputOnSqlite"),
        new("A protocol endpoint is served at its own doors alone", Cell + "Protocol.EnterByDoor.HandleAsync", Takes("Contains", true), "BadInputOnSqlite", "AuthorizeRefusalOnSqlite", "DiscoveryTests", "TokensOnSqlite"),
        new("A suspended tenant's door is shut", Cell + "Realms.RealmEntry.RefusalOf", ReturnsNull, "TokensOnSqlite"),
        new("A request's realm is set once", Cell + "Realms.RealmScope.DemandNoRealm", DoesNothing, "CellScopeTests"),
        new("A request's tenant is chosen once", Cell + "Realms.RealmScope.DemandNoOtherTenant", DoesNothing, "CellScopeTests"),
        new("A change is seen at once, whatever was kept", Cell + "Realms.RealmLookup.Forget", DoesNothing, "TokensOnSqlite", "ClientCacheOnSqlite"),
        new("A query finds its own realm's rows alone", Cell + "Store.CellDb.Own", DoesNothing, "SignInOnSqlite", "TicketWorkOnSqlite", "SharedRealmOnSqlite"),
        new("No row of another realm is saved", Cell + "Store.CellDb.DemandOwnRealm", DoesNothing, "CellScopeTests"),
        new("No row of another tenant is saved", Cell + "Store.CellDb.DemandOwnTenant", DoesNothing, "CellScopeTests"),
        new("A service token opens its own tenant's realm alone", Cell + "Control.ServiceDoor.MayEnter", ReturnsTrue, "ServiceDoorTests"),
        new("A service token is for one cell", "Tessera.Contracts.Keys.ServiceToken.VerifyBeforeBody", Takes("op_Equality", true), "ServiceTokenTests"),
        new("A service token is for one request", "Tessera.Contracts.Keys.ServiceToken.Verify", Takes("FixedTimeEquals", true), "ServiceTokenTests"),
        new("A signed statement is signed", "Tessera.Contracts.Keys.CompactJws.IsSigned", ReturnsTrue, "ServiceTokenTests"),
        new("A signed statement is of its type, algorithm and key", "Tessera.Contracts.Keys.CompactJws.SaysWhatIsExpected", ReturnsTrue, "ServiceTokenTests"),
        new("Another site's form signs nobody in", Cell + "Limits.SameOrigin.Allows", ReturnsTrue, "SignInOnSqlite", "DeviceOnSqlite"),
        new("What a person typed is text on a page", Cell + "Pages.Html+Encoding.AppendFormatted/String", Leaves("Encode"), "SignInOnSqlite", "BadInputOnSqlite"),
        new("The token endpoints are for the origins of the realm's own clients", Cell + "Cors.ClientOrigins.HasAsync", ReturnsTrue, "CrossOriginOnSqlite"),
        new("A cell calls public addresses alone", Cell + "BackChannel.PublicAddress.Is", ReturnsTrue, "PublicAddressTests"),
    ];
}
