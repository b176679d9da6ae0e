namespace Tessera.SystemTests.Running;

/// <summary>The wires of a deployment that can be cut: to each cell from the control plane and from routers, and from each cell to its database.</summary>
public sealed class Wiring : IAsyncDisposable
{
    private const int ToCells = 10;
    private const int ToDatabases = 12;
    private readonly int _port;
    private readonly Dictionary<int, CellWires> _cells = [];
    private readonly List<TcpProxy> _proxies = [];

    /// <param name="port">The deployment's first port.</param>
    /// <param name="cells">Which of its ports are cells'.</param>
    public Wiring(int port, params int[] cells)
    {
        _port = port;
        foreach (var cell in cells)
        {
            var wires = _cells[cell] = new CellWires(new Wire(), new Wire(), new Wire());
            var itself = $"\r\nhost: 127.0.0.1:{EndpointOf(cell)}\r\n";
            _proxies.Add(new TcpProxy(EndpointOf(cell), port + cell, first => IsFromControl(first, itself) ? wires.FromControl : wires.FromRouter));
        }
    }

    public CellWires this[int cell] => _cells[cell];

    /// <summary>Where the cell is reached.</summary>
    public int EndpointOf(int cell) => _port + cell + ToCells;

    /// <summary>Puts a wire before a cell's database; the port at which it is reached now.</summary>
    public int ToDatabase(int cell, int server)
    {
        var port = _port + cell + ToDatabases;
        _proxies.Add(new TcpProxy(port, server, _cells[cell].ToDatabase));
        return port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    // A router sends people's hosts, and asks the cell itself for its health alone.
    private static bool IsFromControl(string first, string itself) =>
        first.Contains(itself, StringComparison.OrdinalIgnoreCase) && !first.StartsWith("GET /health ", StringComparison.Ordinal);
}

public sealed record CellWires(Wire FromControl, Wire FromRouter, Wire ToDatabase)
{
    public void Cut()
    {
        FromControl.Cut();
        FromRouter.Cut();
    }

    public void Pass()
    {
        FromControl.Pass();
        FromRouter.Pass();
        ToDatabase.Pass();
    }
}
