using System.Text.Json.Nodes;

namespace Tessera.Imports;

/// <summary>What is imported: how a line becomes an entry of a call, and what must not stand in a file twice.</summary>
/// <param name="Path">Of the admin API.</param>
/// <param name="Member">The list in the call's body.</param>
/// <param name="Entry">The entry a line stands for.</param>
/// <param name="Identity">What two lines must not have in common, and the column to name if they do.</param>
internal sealed record ImportKind(
    string Path, string Member, int BatchSize, Func<CsvLine, JsonObject> Entry, Func<CsvLine, string> Identity, string IdentityColumn, string TwiceCode)
{
    /// <summary>The column whose value became a field of the call.</summary>
    public required Func<string, string> ColumnOf { get; init; }
}
