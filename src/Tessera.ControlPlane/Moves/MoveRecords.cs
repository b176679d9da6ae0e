using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;

namespace Tessera.ControlPlane.Moves;

/// <param name="To">The cell; absent, the one it lives in.</param>
/// <param name="Pattern"><c>hybrid</c> or <c>dedicated</c>; absent, as it is.</param>
/// <param name="DryRun">Only say whether it could be done.</param>
internal sealed record MoveRequest(string? To = null, string? Pattern = null, bool DryRun = false);

/// <summary>A cell and how a tenant lives there.</summary>
internal sealed record MovePlace(CellId Cell, Pattern Pattern);

/// <summary>What a dry run answers: the move that would be made.</summary>
/// <param name="Steps">The states it would go through.</param>
internal sealed record MovePlanned(TenantId TenantId, MovePlace From, MovePlace To, bool Emergency, IReadOnlyList<MoveState> Steps, bool DryRun = true);

/// <param name="Next">The last of the page if there are more; ask again with <c>after=</c> it.</param>
internal sealed record MoveList(IReadOnlyList<MoveView> Moves, MoveId? Next);

/// <summary>A move as operators see it.</summary>
/// <param name="Emergency">Whether the source's keys are good for nothing once it is announced.</param>
/// <param name="Progress">How much has travelled.</param>
/// <param name="PauseMs">Milliseconds in which the tenant's writes waited; absent until it is through.</param>
/// <param name="Checksum">SHA-256 over the digest both sides had at cut-over.</param>
/// <param name="LastError">The code of what went wrong last; of a move that was rolled back, why.</param>
/// <param name="NotBefore">When it is gone on with, where it waits.</param>
internal sealed record MoveView(
    MoveId MoveId,
    TenantId TenantId,
    MoveState State,
    MovePlace From,
    MovePlace To,
    bool Emergency,
    MoveProgress Progress,
    int? PauseMs,
    string? Checksum,
    int Failures,
    string? LastError,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    DateTimeOffset? NotBefore)
{
    public static MoveView Of(MoveRow move) => new(
        move.MoveId, move.TenantId, move.State, new(move.FromCell, move.FromPattern), new(move.ToCell, move.ToPattern), move.Emergency,
        new(move.Tables, move.TablesDone, move.Rows, move.Pages, move.Bytes, move.Rounds),
        move.PauseMs, move.Checksum, move.Failures, move.LastError, move.RequestedBy, move.CreatedAt, move.ChangedAt,
        MoveRules.Over.Contains(move.State) || move.NotBefore <= move.ChangedAt ? null : move.NotBefore);
}

/// <param name="Rows">As the source counted them table by table.</param>
/// <param name="Bytes">As they travelled, sealed; what travelled twice counts twice.</param>
/// <param name="Rounds">How often what differed was carried again.</param>
internal sealed record MoveProgress(int Tables, int TablesDone, long Rows, int Pages, long Bytes, int Rounds);

/// <summary>Where a tenant is to live, every value read.</summary>
internal sealed record MoveWish(CellId? To, Pattern? Pattern)
{
    public static MoveWish Read(Check check, MoveRequest request)
    {
        CellId to = default;
        if (request.To is not null && !CellId.TryParse(request.To, out to))
        {
            check.Fail(HttpErrors.Invalid("to", "Give a cell's id, such as us-1."));
        }

        if (request.To is null && request.Pattern is null)
        {
            check.Fail(HttpErrors.Required("to"));
        }

        Pattern? pattern = request.Pattern is null ? null
            : check.OneOf(request.Pattern, "pattern", "hybrid", "dedicated") == "dedicated" ? Contracts.Routing.Pattern.Dedicated : Contracts.Routing.Pattern.Hybrid;
        return new MoveWish(request.To is null ? null : to, pattern);
    }
}
