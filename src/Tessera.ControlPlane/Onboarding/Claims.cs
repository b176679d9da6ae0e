using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>A tenant in the making: its names are taken, and a duty says that they are given back unless it is finished.</summary>
internal sealed record Claim(TenantRow Tenant, CellDoor Door, string Region, Guid DutyId);

/// <summary>First step of an onboarding: in one change all names are claimed, or none.</summary>
internal sealed class Claims(DirectoryStore store, Settlement settlement)
{
    public Task<Outcome<Claim>> ClaimAsync(OnboardingPlan plan, string actor, CancellationToken cancellation)
    {
        var tenantId = TenantId.New();
        return store.ChangeAsync<Claim>(DirectoryScope.All, EntryOf(plan, tenantId, actor), async change =>
        {
            if (await TakeNamesAsync(change, plan, tenantId, cancellation) is { } taken)
            {
                return taken;
            }

            return await Placement.ChooseAsync(change.Db, plan, cancellation) switch
            {
                Outcome<CellRow>.Done(var cell) => Place(change, plan, tenantId, cell),
                Outcome<CellRow>.Refused(var error) => error,
                _ => OnboardingErrors.NoCapacity(),
            };
        }, cancellation);
    }

    public static AuditEntry EntryOf(OnboardingPlan plan, TenantId tenant, string actor) => new(actor, "tenant.claim", plan.Slug.Value, tenant)
    {
        Details = new Dictionary<string, string> { ["host"] = plan.SignInHost, ["email_domains"] = string.Join(' ', plan.EmailDomains) },
    };

    private Claim Place(Change change, OnboardingPlan plan, TenantId tenantId, CellRow cell)
    {
        var tenant = TenantOf(plan, tenantId, cell, PoolFor(plan.Pattern, cell, change), change);
        change.Db.Tenants.Add(tenant);
        change.Db.Clients.Add(plan.Client.ToRow(tenantId, change));
        var duty = change.Owe(DutyKind.UndoOnboarding, tenant, change.Now + settlement.MakingTime);
        return new Claim(tenant, CellDoor.Of(cell), cell.Region, duty.DutyId);
    }

    // Writers come one after another, so looking before taking is safe; the key of the table would catch what were not.
    private static async Task<Error?> TakeNamesAsync(Change change, OnboardingPlan plan, TenantId tenant, CancellationToken cancellation)
    {
        foreach (var (kind, name, refusal) in NamesOf(plan))
        {
            var held = await change.Db.Names.SingleOrDefaultAsync(row => row.Kind == kind && row.Name == name, cancellation);
            if (held is null)
            {
                change.Db.Names.Add(new NameRow { Kind = kind, Name = name, TenantId = tenant });
            }
            else if (held.QuarantinedUntil <= change.Now)
            {
                held.TenantId = tenant;
                held.QuarantinedUntil = null;
            }
            else
            {
                return refusal;
            }
        }

        return null;
    }

    public static IEnumerable<(NameKind Kind, string Name, Error Refusal)> NamesOf(OnboardingPlan plan) =>
    [
        (NameKind.Slug, plan.Slug.Value, OnboardingErrors.SlugTaken()),
        (NameKind.Host, plan.SignInHost, OnboardingErrors.HostTaken()),
        .. plan.EmailDomains.Select((domain, i) => (NameKind.EmailDomain, domain, OnboardingErrors.EmailDomainTaken($"email_domains[{i}]"))),
        (NameKind.ClientId, plan.Client.Spec.ClientId.Value, OnboardingErrors.SlugTaken()),
    ];

    public static PoolId PoolFor(Pattern pattern, CellRow cell, Change change)
    {
        if (pattern == Pattern.Hybrid && cell.SharedPoolId is { } shared)
        {
            return shared;
        }

        var pool = new PoolRow { PoolId = PoolId.New(), CellId = cell.CellId, Revision = change.Revision };
        change.Db.Pools.Add(pool);
        if (pattern == Pattern.Hybrid)
        {
            cell.SharedPoolId = pool.PoolId;
        }

        return pool.PoolId;
    }

    public static TenantRow TenantOf(OnboardingPlan plan, TenantId id, CellRow cell, PoolId pool, Change change) => new()
    {
        TenantId = id,
        Slug = plan.Slug,
        DisplayName = plan.DisplayName,
        State = TenantState.Provisioning,
        Pattern = plan.Pattern,
        CellId = cell.CellId,
        PoolId = pool,
        RealmId = RealmId.New(cell.Region),
        Epoch = 1,
        SignInHost = plan.SignInHost,
        EmailDomains = plan.EmailDomains,
        CreatedAt = change.Now,
        Born = change.Revision,
        Revision = change.Revision,
    };
}
