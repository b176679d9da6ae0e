using System.Globalization;
using System.Net;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Router.Moves;

/// <summary>Where a cell says that a tenant has gone from it. A hint and no more: the cell it names says itself whether it has the tenant.</summary>
internal sealed record MovedTo(CellId Cell, long Epoch)
{
    /// <summary>What the answer says, if it is a 421 that says so in exactly one way.</summary>
    public static MovedTo? Read(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.MisdirectedRequest
        && Single(answer, MovedSpec.CellHeader) is { } name && CellId.TryParse(name, out var cell)
        && long.TryParse(Single(answer, MovedSpec.EpochHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? new MovedTo(cell, epoch)
            : null;

    /// <summary>Only forwards: a cell that tells of an old move, or makes one up, leads nobody back.</summary>
    public bool IsAfter(long epoch) => Epoch > epoch;

    private static string? Single(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) && values.ToArray() is [var only] ? only : null;
}
