using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Ids;

namespace Tessera.Router.Proxying;

/// <summary>Logs when a cell is lost and when it is back, once each, however many requests find out.</summary>
internal sealed partial class CellWatch(ILogger<CellWatch> log)
{
    private readonly ConcurrentDictionary<CellId, bool> _lost = new();

    public void Saw(CellId cell, bool isReached)
    {
        if (isReached && !_lost.IsEmpty && _lost.TryRemove(cell, out _))
        {
            Back(log, cell);
        }
        else if (!isReached && _lost.TryAdd(cell, true))
        {
            Lost(log, cell);
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "Cell {Cell} cannot be reached; its tenants are told so.")]
    private static partial void Lost(ILogger logger, CellId cell);

    [LoggerMessage(2002, LogLevel.Information, "Cell {Cell} is reached again.")]
    private static partial void Back(ILogger logger, CellId cell);
}
