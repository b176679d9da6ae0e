using System.Text.Json;
using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Store;

/// <summary>What a change will be remembered as. Details are for people and never hold a secret.</summary>
/// <param name="Actor">A key's id, <c>cell:eu-1</c>, or <see cref="System"/>.</param>
/// <param name="Action">What was done, such as <c>tenant.suspend</c>.</param>
internal sealed record AuditEntry(string Actor, string Action, string Subject, TenantId? Tenant = null)
{
    /// <summary>The control plane acting by itself.</summary>
    public const string System = "system";

    public bool IsAboutMoves => Action.StartsWith("move.", StringComparison.Ordinal);

    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    public AuditRow ToRow(long revision, DateTimeOffset now) => new()
    {
        Revision = revision,
        At = now,
        Actor = Actor,
        Action = Action,
        Subject = Subject,
        TenantId = Tenant,
        Details = JsonSerializer.Serialize(Details),
    };
}
