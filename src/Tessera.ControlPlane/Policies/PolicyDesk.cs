using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Policies;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Policies;

/// <summary>Rules for the platform: one row is written, and every cell is told of it by the one page that it asks for.</summary>
internal sealed class PolicyDesk(DirectoryStore store)
{
    public Task<PolicyPage> ReadAsync(CancellationToken cancellation) => store.ReadAsync(default, db => PageAsync(db, cancellation), cancellation);

    public async Task<Outcome<PolicyView>> RuleAsync(PolicyRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var rules = request.Read(check);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        var entry = new AuditEntry(caller.KeyId, "policy.ruled", "platform") { Details = Details(rules) };
        return await store.ChangeAsync<PolicyView>(DirectoryScope.All, entry, async change =>
        {
            var row = await change.Db.Policies.SingleOrDefaultAsync(cancellation);
            if (row is null)
            {
                change.Db.Policies.Add(row = new PolicyRow { Id = PolicyRow.Platform });
            }

            (row.PasswordMinLength, row.SessionMinutes, row.Revision) = (rules.PasswordMinLength, rules.SessionMinutes, change.Revision);
            return PolicyView.Of(new PolicyPage(change.Revision, rules));
        }, cancellation);
    }

    private static async Task<PolicyPage> PageAsync(DirectoryDb db, CancellationToken cancellation) =>
        await db.Policies.SingleOrDefaultAsync(cancellation) is { } row
            ? new PolicyPage(row.Revision, new PolicyRules(row.PasswordMinLength, row.SessionMinutes))
            : new PolicyPage(0, new PolicyRules());

    private static Dictionary<string, string> Details(PolicyRules rules)
    {
        var effective = EffectivePolicy.Of(rules);
        return new() { ["password_min_length"] = $"{effective.PasswordMinLength.Value}", ["session_minutes"] = $"{effective.SessionMinutes.Value}" };
    }
}
