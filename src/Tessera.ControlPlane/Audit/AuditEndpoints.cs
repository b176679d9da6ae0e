using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Audit;

/// <param name="Next">The last revision of the page if there are more; ask again with <c>after=</c> it.</param>
internal sealed record AuditPage(IReadOnlyList<AuditView> Entries, long? Next);

internal sealed record AuditView(
    long Revision, DateTimeOffset At, string Actor, string Action, string Subject, TenantId? TenantId, IReadOnlyDictionary<string, string> Details);

internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit", (string? after, string? limit, DirectoryStore store, CancellationToken cancellation) =>
                PageAsync(after, limit, store, cancellation).AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.AuditRead)
            .WithTags("Audit")
            .WithSummary("Who changed what, in the order of revisions.")
            .Produces<AuditPage>();

    private static async Task<Outcome<AuditPage>> PageAsync(string? after, string? limit, DirectoryStore store, CancellationToken cancellation)
    {
        var check = new Check();
        var size = PageQuery.Limit(check, limit);
        var last = check.Number(after, "after", 0, long.MaxValue, 0);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        var rows = await store.ReadAsync(
            DirectoryScope.All,
            db => db.Audit.Where(row => row.Revision > last).OrderBy(row => row.Revision).Take(size + 1).ToListAsync(cancellation),
            cancellation);
        return new AuditPage([.. rows.Take(size).Select(View)], rows.Count > size ? rows[size - 1].Revision : null);
    }

    private static AuditView View(AuditRow row) => new(
        row.Revision, row.At, row.Actor, row.Action, row.Subject, row.TenantId, JsonSerializer.Deserialize<Dictionary<string, string>>(row.Details)!);
}
