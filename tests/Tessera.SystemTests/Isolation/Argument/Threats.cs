namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>
/// The argument for safety. Read it from the top: what could be done to a tenant, what must hold against it, and the
/// tests that have seen it hold. <c>./dev test --guards</c> shows the other half: with a rule taken out, they fail.
/// </summary>
internal static class Threats
{
    public static IReadOnlyList<Threat> All { get; } = [.. TokenThreats.All, .. EdgeThreats.All, .. DataThreats.All, .. AbuseThreats.All, .. MoveThreats.All];
}
