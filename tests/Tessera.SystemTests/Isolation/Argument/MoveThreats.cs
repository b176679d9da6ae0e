namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>Tenants on their way between cells, and routers that know too little of it.</summary>
internal static class MoveThreats
{
    public static readonly Threat[] All =
    [
        new("Two cells take a tenant's writes",
            "The fence is in the database, in the transaction of each write; the target opens after the decision alone, and the decision and the way back exclude each other.",
            "FenceTests", "MoveModelTests", "MoveInterruptionTests"),
        new("A mover that slept carries out what was settled otherwise",
            "Each step names its move and is refused where the cell's own row or the journal says otherwise; there are no leases and no clocks.",
            "OrderTests.A_mover_that_has_slept_through_a_roll_back_does_nothing", "MoveInterruptionTests.Two_control_planes_at_once_do_no_harm"),
        new("A redeemed ticket is good again at the other cell",
            "What was redeemed, ended and spent travels with what is still good, and both sides' digests are compared before the decision.",
            "MovesUnderLoadTests", "MoveTests.All_that_a_person_holds_is_good_at_the_target_and_nothing_of_it_at_the_source", "RefreshRaceTests"),
        new("A stale route leads to the cell a tenant has left",
            "The source answers 421 and signs nobody in, and the router follows no cell's word backwards.",
            "FollowTests", "OrderTests.Nothing_but_its_move_reaches_a_realm_that_is_on_its_way"),
    ];
}
