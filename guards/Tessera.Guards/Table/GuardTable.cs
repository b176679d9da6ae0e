namespace Tessera.Guards.Table;

/// <summary>All guards, room by room. A rule that keeps tenants apart belongs here as soon as it is a method.</summary>
internal static class GuardTable
{
    public static IReadOnlyList<Guard> All { get; } =
    [
        .. SdkGuards.All, .. TravelGuards.All, .. DeclarationGuards.All, .. ProfileGuards.All,
        .. DatabaseGuards.All, .. AuditGuards.All,
        .. CellDoorGuards.All, .. CellTicketGuards.All, .. CellAccountGuards.All,
        .. ControlGuards.All, .. PlacementGuards.All, .. MoveGuards.All, .. JournalGuards.All, .. RoutingGuards.All, .. ProxyGuards.All,
        .. TextGuards.All,
    ];
}
