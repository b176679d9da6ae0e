namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>The table of all endpoints. One that a host lists and this table does not fails the test.</summary>
internal static class Declarations
{
    private static readonly Dictionary<string, Declaration> All = ((IEnumerable<Dictionary<string, Declaration>>)
        [ProtocolDeclarations.All, CellDeclarations.All, ControlDeclarations.All, OrdersDeclarations.All, RouterDeclarations.All])
        .SelectMany(table => table).ToDictionary(row => row.Key, row => row.Value);

    public static IEnumerable<string> Names => All.Keys;

    public static Declaration Of(Surface surface) => All.TryGetValue(surface.Name, out var declaration)
        ? declaration
        : throw new InvalidOperationException($"Nothing declares how tickets are shown at: {surface.Name}");
}
