namespace Tessera.SystemTests.Running;

/// <summary>How a deployment differs from the usual one.</summary>
public sealed record DeploymentSettings
{
    /// <summary>A superuser's connection string of the server it is to use; SQLite unless set.</summary>
    public string? OnPostgres { get; init; }

    /// <summary>A folder for all it keeps; one of its own unless set.</summary>
    public string? Folder { get; init; }

    /// <summary>Cells are reached, and reach their databases, over wires that can be cut.</summary>
    public bool IsWired { get; init; }

    /// <summary>How many connections a cell of a wired deployment has to its database.</summary>
    public int CellPool { get; init; } = 20;
}
