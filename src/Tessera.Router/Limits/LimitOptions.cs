namespace Tessera.Router.Limits;

/// <summary>The section <c>Router:Limits</c>: how much one source, one tenant and one cell may take of this router.</summary>
internal sealed class LimitOptions
{
    /// <summary>Requests a second from one address (of IPv6: one /64), with bursts of twice as many.</summary>
    public int SourcePerSecond { get; set; } = 1_000;

    /// <summary>Look-ups a second at the route API from one address, with bursts of twice as many.</summary>
    public int LookUpsPerSecond { get; set; } = 200;

    /// <summary>Requests a second to one tenant, with bursts of twice as many.</summary>
    public int TenantPerSecond { get; set; } = 1_000;

    /// <summary>Requests of this router in flight at one cell.</summary>
    public int CellAtOnce { get; set; } = 512;

    /// <summary>Requests of one tenant in flight at its cell; others of it wait, even while the cell has room.</summary>
    public int TenantAtOnce { get; set; } = 128;

    /// <summary>Requests that wait for one cell.</summary>
    public int CellWaiting { get; set; } = 2_048;

    /// <summary>Requests that wait for one tenant.</summary>
    public int TenantWaiting { get; set; } = 256;

    /// <summary>How long a request waits at most.</summary>
    public int WaitSeconds { get; set; } = 5;

    /// <summary>WebSockets open at one cell; one tenant has at most a quarter of them.</summary>
    public int WebSocketsPerCell { get; set; } = 2_048;

    /// <summary>What is wrong, a line each.</summary>
    public IEnumerable<string> Faults()
    {
        (string Name, int Value, int Least, int Most)[] all =
        [
            (nameof(SourcePerSecond), SourcePerSecond, 1, 1_000_000),
            (nameof(LookUpsPerSecond), LookUpsPerSecond, 1, 1_000_000),
            (nameof(TenantPerSecond), TenantPerSecond, 1, 1_000_000),
            (nameof(CellAtOnce), CellAtOnce, 1, 100_000),
            (nameof(TenantAtOnce), TenantAtOnce, 1, CellAtOnce),
            (nameof(CellWaiting), CellWaiting, 0, 100_000),
            (nameof(TenantWaiting), TenantWaiting, 0, CellWaiting),
            (nameof(WaitSeconds), WaitSeconds, 1, 60),
            (nameof(WebSocketsPerCell), WebSocketsPerCell, 4, 100_000),
        ];
        return from each in all
               where each.Value < each.Least || each.Value > each.Most
               select $"Router:Limits:{each.Name} must be between {each.Least} and {each.Most}.";
    }
}
