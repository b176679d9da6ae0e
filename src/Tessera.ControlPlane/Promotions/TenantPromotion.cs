using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Promotions;

/// <summary>
/// Gives a shared tenant a realm of its own in the same pool: claim the names, make realm and client at the cell, fork its
/// members' accounts into it, activate. Wherever it stops before that, the duty taken on with the claim removes the new
/// realm and releases the names, and the tenant is shared as before. The old client works on until the operator ends that.
/// </summary>
internal sealed class TenantPromotion(DirectoryStore store, TenantFinder tenants, CellProvisioning cells, Settlement settlement, Making making, Issuers issuers)
{
    public async Task<Outcome<Promoted>> RunAsync(string tenantId, PromotionRequest request, Caller caller, CancellationToken cancellation)
    {
        var found = await tenants.FindAtCellAsync(tenantId, cancellation);
        if (found is not Outcome<PlacedTenant>.Done(var placed))
        {
            return found is Outcome<PlacedTenant>.Refused(var missing) ? missing : TenantErrors.TenantNotFound();
        }

        var check = new Check();
        var plan = PromotionPlan.Read(check, request, placed.Tenant.Slug, issuers);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        return await making.RunAsync<Claimed, Provisioned, Promoted>(
            deadline => ClaimAsync(placed, plan, caller, deadline),
            (claimed, deadline) => ProvisionAsync(plan, claimed, deadline),
            (claimed, provisioned, deadline) => ActivateAsync(plan, claimed, provisioned, caller, deadline));
    }

    /// <summary>First step: in one change all names are claimed and the tenant's members stand still, or nothing of it.</summary>
    internal Task<Outcome<Claimed>> ClaimAsync(PlacedTenant placed, PromotionPlan plan, Caller caller, CancellationToken cancellation)
    {
        var id = placed.Tenant.TenantId;
        var entry = new AuditEntry(caller.KeyId, "promotion.claim", id.ToString(), id)
        {
            Details = new Dictionary<string, string> { ["host"] = plan.SignInHost, ["email_domains"] = string.Join(' ', plan.EmailDomains) },
        };
        return store.ChangeAsync<Claimed>(DirectoryScope.All, entry, async change =>
        {
            var tenant = await change.Db.Tenants.SingleAsync(row => row.TenantId == id, cancellation);
            if (tenant is not { Pattern: Pattern.Shared, State: TenantState.Active, SharedRealmId: { } shared })
            {
                return tenant.State == TenantState.Deleted ? TenantErrors.TenantNotFound()
                    : tenant.Pattern != Pattern.Shared ? PromotionErrors.TenantNotShared()
                    : TenantErrors.TenantNotActive();
            }

            if (await change.Db.Promotions.AnyAsync(row => row.TenantId == id, cancellation))
            {
                return PromotionErrors.PromotionInProgress();
            }

            if (await NameClaims.TakeAsync(change, plan.Names, id, cancellation) is { } taken)
            {
                return taken;
            }

            var promotion = RowOf(plan, tenant, placed.Cell.Region);
            change.Db.Promotions.Add(promotion);
            change.Db.Clients.Add(plan.Client.ToRow(id, promotion.RealmId, change));
            var duty = change.Owe(DutyKind.UndoPromotion, id, tenant.CellId, promotion.RealmId, change.Now + settlement.MakingTime);
            return new Claimed(tenant, promotion, shared, placed.Door, placed.Cell.Region, duty.DutyId);
        }, cancellation);
    }

    private async Task<Outcome<Provisioned>> ProvisionAsync(PromotionPlan plan, Claimed claimed, CancellationToken cancellation)
    {
        var (tenant, promotion, door) = (claimed.Tenant, claimed.Promotion, claimed.Door);
        var realm = new RealmSpec(
            promotion.RealmId, tenant.PoolId, tenant.DisplayName, promotion.SignInHost, TenantState.Active, promotion.Epoch, tenant.TenantId);
        if (await cells.PutRealmAsync(door, realm, cancellation) is Outcome<byte[]>.Refused(var noRealm))
        {
            return CellErrors.NotTheCallers(noRealm);
        }

        switch (await cells.PutClientAsync(door, tenant.PoolId, promotion.RealmId, tenant.TenantId, plan.Client.Spec, cancellation))
        {
            case Outcome<PoolKeys>.Refused(var noClient):
                return CellErrors.Within(noClient, "client");
            case Outcome<PoolKeys>.Done(var keys):
                return await cells.ForkAsync(door, promotion.RealmId, tenant.TenantId, claimed.Shared, cancellation) switch
                {
                    Outcome<Forked>.Done(var forked) => new Provisioned(keys, forked.Accounts),
                    Outcome<Forked>.Refused(var error) => CellErrors.NotTheCallers(error),
                    _ => CellErrors.CellRefused(),
                };
            default:
                return CellErrors.CellRefused();
        }
    }

    private async Task<Outcome<Promoted>> ActivateAsync(
        PromotionPlan plan, Claimed claimed, Provisioned provisioned, Caller caller, CancellationToken cancellation)
    {
        var id = claimed.Tenant.TenantId;
        var entry = new AuditEntry(caller.KeyId, "tenant.promote", id.ToString(), id)
        {
            Details = new Dictionary<string, string> { ["realm"] = claimed.Promotion.RealmId.Value, ["from"] = claimed.Shared.Value },
        };
        DutyRow? owed = null;
        var activated = await store.ChangeAsync<Promoted>(DirectoryScope.Of(id), entry, async change =>
        {
            var tenant = await change.Db.Tenants.SingleAsync(row => row.TenantId == id, cancellation);
            if (tenant.State == TenantState.Deleted)
            {
                return TenantErrors.TenantNotFound();
            }

            if (!await change.WaiveAsync(claimed.DutyId, cancellation))
            {
                return ClientErrors.MakingExpired();
            }

            var promotion = await change.Db.Promotions.SingleAsync(row => row.TenantId == id, cancellation);
            Promote(tenant, promotion, change);
            change.Db.Promotions.Remove(promotion);
            var client = await change.Db.Clients.SingleAsync(row => row.ClientId == promotion.ClientId, cancellation);
            client.Active = true;
            await PoolKeyStore.AddAsync(change, provisioned.Keys, cancellation);

            // Suspended meanwhile: the new realm was made active and must hear of it.
            owed = tenant.State == TenantState.Active ? null : change.Owe(DutyKind.TellState, tenant, change.Now);
            return new Promoted(
                TenantView.Of(tenant, claimed.Region, [client], issuers), new ClientMade(client.ClientId, plan.Client.Secret), provisioned.Accounts);
        }, cancellation);
        if (owed is not null && activated is Outcome<Promoted>.Done)
        {
            await settlement.SettleNowAsync(owed.DutyId);
        }

        return activated;
    }

    private static void Promote(TenantRow tenant, PromotionRow promotion, Change change)
    {
        tenant.Pattern = Pattern.Hybrid;
        tenant.RealmId = promotion.RealmId;
        tenant.Epoch = promotion.Epoch;
        tenant.SignInHost = promotion.SignInHost;
        tenant.EmailDomains = promotion.EmailDomains;
        tenant.Revision = change.Revision;
    }

    // The epoch grows with every new placement, of which the pattern is part.
    private static PromotionRow RowOf(PromotionPlan plan, TenantRow tenant, string region) => new()
    {
        TenantId = tenant.TenantId,
        RealmId = RealmId.New(region),
        Epoch = tenant.Epoch + 1,
        SignInHost = plan.SignInHost,
        EmailDomains = plan.EmailDomains,
        ClientId = plan.Client.Spec.ClientId,
    };

    internal sealed record Claimed(TenantRow Tenant, PromotionRow Promotion, RealmId Shared, CellDoor Door, string Region, Guid DutyId) : IUndoable;

    private sealed record Provisioned(PoolKeys Keys, int Accounts);
}
