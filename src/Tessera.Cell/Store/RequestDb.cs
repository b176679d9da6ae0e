namespace Tessera.Cell.Store;

/// <summary>The request's context for whoever may get by without it: making one costs as much as a query.</summary>
internal sealed class RequestDb(IServiceProvider request)
{
    /// <summary>The context, if something in the request has asked for it.</summary>
    public CellDb? Opened { get; private set; }

    public CellDb Value => Opened ?? request.GetRequiredService<CellDb>();

    public CellDb Keep(CellDb db) => Opened = db;
}
