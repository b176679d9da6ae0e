namespace Tessera.Databases;

/// <summary>Two ways into one database: as the schema's owner, used at start alone, and as the role the program runs as, which owns nothing.</summary>
internal sealed record DatabaseAccess(string Owner, string Runtime);
