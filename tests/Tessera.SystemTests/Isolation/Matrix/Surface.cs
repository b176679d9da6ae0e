using Tessera.Cell.Realms;
using Tessera.Contracts.Keys;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>One endpoint of one host, as the host itself lists it.</summary>
/// <param name="Purpose">What a service token must be for, at a cell's control door.</param>
internal sealed record Surface(string Host, string Method, string Path, Door? Door = null, ServicePurpose? Purpose = null)
{
    /// <summary>How declarations name it: the same endpoint at two doors is declared once and tried at both.</summary>
    public string Name => $"{Host} {Method} {Path}";
}

/// <summary>One attempt's circumstances.</summary>
/// <param name="VictimCookie">A live session of the victim's, for attempts to end it.</param>
internal sealed record Aim(Surface Surface, Party Victim, Party Attacker, Ticket Ticket, string VictimCookie, long VictimOrder);

/// <summary>Where a request is sent, and which host it claims to be for.</summary>
internal sealed record Way(string Name, string Origin, string Host, string Prefix = "")
{
    /// <summary>Every way to the endpoint of <paramref name="victim"/>: the front door, its cell directly, and the attacker's own cell.</summary>
    public static IEnumerable<Way> To(Surface surface, Party victim, Party attacker, DemoFile demo) => surface switch
    {
        { Host: "cell", Door: Door.SignIn } => AtCells(victim, attacker, demo, victim.SignInAuthority, ""),
        { Host: "cell", Door: Door.Auth } => AtCells(victim, attacker, demo, Authority(demo.AuthHost), $"/{victim.Tenant.Realm}"),
        { Host: "cell" } =>
        [
            new Way("at the cell", victim.Cell.Endpoint, Authority(victim.Cell.Endpoint)),
            new Way("through the router", demo.AuthHost, Authority(victim.Cell.Endpoint)),
            new Way("at the sign-in host", victim.Cell.Endpoint, victim.SignInAuthority),
        ],
        { Host: "control" } => [Straight(demo.AdminApi)],
        { Host: "orders" } => [Straight(demo.OrdersApi)],
        { Host: "router" } => [Straight(demo.AuthHost)],
        _ => throw new InvalidOperationException($"Nothing says how {surface.Name} is reached."),
    };

    private static IEnumerable<Way> AtCells(Party victim, Party attacker, DemoFile demo, string host, string prefix)
    {
        yield return new Way("through the router", demo.AuthHost, host, prefix);
        yield return new Way("at the victim's cell", victim.Cell.Endpoint, host, prefix);
        if (attacker.Cell.CellId != victim.Cell.CellId)
        {
            yield return new Way("at the attacker's cell", attacker.Cell.Endpoint, host, prefix);
        }
    }

    private static Way Straight(string origin) => new("straight", origin, Authority(origin));

    private static string Authority(string origin) => new Uri(origin).Authority;
}
