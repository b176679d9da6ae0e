using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>A tenant in the making: its names are taken, and a duty says that they are given back unless it is finished.</summary>
/// <param name="Client">Of a tenant with a realm of its own: its first client.</param>
/// <param name="SharedClient">Of a shared tenant: its shared realm's default client.</param>
internal sealed record Claim(TenantRow Tenant, CellDoor Door, string Region, Guid DutyId, ClientRow? Client = null, ClientRow? SharedClient = null) : IUndoable;

/// <summary>First step of an onboarding: in one change all names are claimed, or none.</summary>
internal sealed class Claims(DirectoryStore store, Placement placement, Settlement settlement)
{
    public Task<Outcome<Claim>> ClaimAsync(OnboardingPlan plan, string actor, CancellationToken cancellation)
    {
        var tenantId = TenantId.New();
        return store.ChangeAsync<Claim>(DirectoryScope.All, EntryOf(plan, tenantId, actor), async change =>
        {
            if (await NameClaims.TakeAsync(change, plan.Names, tenantId, cancellation) is { } taken)
            {
                return taken;
            }

            return await placement.ChooseAsync(change, plan.Wish, cancellation) switch
            {
                Outcome<CellRow>.Done(var cell) when plan.Pattern == Pattern.Shared => await PlaceSharedAsync(change, plan, tenantId, cell, cancellation),
                Outcome<CellRow>.Done(var cell) => Place(change, plan, tenantId, cell),
                Outcome<CellRow>.Refused(var error) => error,
                _ => throw new InvalidOperationException("A tenant is placed or refused."),
            };
        }, cancellation);
    }

    public static AuditEntry EntryOf(OnboardingPlan plan, TenantId tenant, string actor) => new(actor, "tenant.claim", plan.Slug.Value, tenant)
    {
        Details = new Dictionary<string, string> { ["host"] = plan.SignInHost ?? "", ["email_domains"] = string.Join(' ', plan.EmailDomains) },
    };

    private Claim Place(Change change, OnboardingPlan plan, TenantId tenantId, CellRow cell)
    {
        var tenant = TenantOf(plan, tenantId, cell, PoolOf(plan.Wish, cell, change), RealmId.New(cell.Region), plan.SignInHost!, change);
        change.Db.Tenants.Add(tenant);
        var client = plan.Client!.ToRow(tenantId, tenant.RealmId, change);
        change.Db.Clients.Add(client);
        var duty = change.Owe(DutyKind.UndoOnboarding, tenant, change.Now + settlement.MakingTime);
        return new Claim(tenant, CellDoor.Of(cell), cell.Region, duty.DutyId, client);
    }

    /// <summary>The pool of a tenant with a realm of its own: the one it is pinned to, the cell's shared one, or a new one.</summary>
    public static PoolId PoolOf(PlacementWish wish, CellRow cell, Change change) =>
        wish.Pool ?? (wish.NeedsPool ? SharedPool.Make(cell, change) : SharedPool.Of(cell, change));

    private async Task<Outcome<Claim>> PlaceSharedAsync(Change change, OnboardingPlan plan, TenantId tenantId, CellRow cell, CancellationToken cancellation)
    {
        var realm = await change.Db.SharedRealms.SingleAsync(row => row.CellId == cell.CellId && row.State == TenantState.Active, cancellation);
        var client = await change.Db.Clients.Where(row => row.RealmId == realm.RealmId && row.TenantId == null && row.Active)
            .OrderBy(row => row.Born).FirstAsync(cancellation);
        var tenant = TenantOf(plan, tenantId, cell, realm.PoolId, realm.RealmId, realm.SignInHost, change);
        tenant.SharedRealmId = realm.RealmId;
        change.Db.Tenants.Add(tenant);
        var duty = change.Owe(DutyKind.UndoSharedOnboarding, tenant, change.Now + settlement.MakingTime);
        return new Claim(tenant, CellDoor.Of(cell), cell.Region, duty.DutyId, SharedClient: client);
    }

    public static TenantRow TenantOf(
        OnboardingPlan plan, TenantId id, CellRow cell, PoolId pool, RealmId realm, string signInHost, Change change) => new()
    {
        TenantId = id,
        Slug = plan.Slug,
        DisplayName = plan.DisplayName,
        State = TenantState.Provisioning,
        Pattern = plan.Pattern,
        CellId = cell.CellId,
        PoolId = pool,
        RealmId = realm,
        Epoch = 1,
        SignInHost = signInHost,
        EmailDomains = plan.EmailDomains,
        Residency = plan.Wish.Residency,
        Tier = plan.Wish.Tier,
        Canary = plan.Wish.Canary,
        CreatedAt = change.Now,
        Born = change.Revision,
        Revision = change.Revision,
    };
}
