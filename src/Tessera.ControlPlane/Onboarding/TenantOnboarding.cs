using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>
/// Onboards a tenant in one call: claim the names, provision at the cell, activate. Wherever it stops, by a refusal or by
/// a crash, the duty taken on with the claim removes the realm and then gives the names back.
/// </summary>
internal sealed class TenantOnboarding(
    DirectoryStore store, Claims claims, CellProvisioning cell, CellClient accounts, Making making, Issuers issuers)
{
    public async Task<Outcome<Onboarded>> RunAsync(OnboardingRequest request, Caller caller)
    {
        var check = new Check();
        var plan = OnboardingPlan.Read(check, request, issuers);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        return await making.RunAsync<Claim, Provisioned, Onboarded>(
            cancellation => claims.ClaimAsync(plan, caller.KeyId, cancellation),
            (claim, cancellation) => ProvisionAsync(plan, claim, cancellation),
            (claim, provisioned, cancellation) => ActivateAsync(plan, claim, provisioned, caller, cancellation));
    }

    private async Task<Outcome<Provisioned>> ProvisionAsync(OnboardingPlan plan, Claim claim, CancellationToken cancellation)
    {
        var home = plan.Client is { } client
            ? await MakeRealmAsync(claim, client, cancellation)
            : await EnterSharedRealmAsync(claim, cancellation);
        if (home is Outcome<PoolKeys?>.Refused(var noHome))
        {
            return noHome;
        }

        return await accounts.SendAsync(
            claim.Door, Users.AccountCalls.Make(claim.Tenant, plan.Administrator!), Contracts.Wire.WireJson.Default.AccountRecord, cancellation) switch
        {
            Outcome<AccountRecord>.Done(var administrator) => new Provisioned((home as Outcome<PoolKeys?>.Done)?.Value, administrator),
            Outcome<AccountRecord>.Refused(var error) => CellErrors.Within(error, "administrator"),
            _ => CellErrors.CellRefused(),
        };
    }

    private async Task<Outcome<PoolKeys?>> MakeRealmAsync(Claim claim, ClientPlan plan, CancellationToken cancellation)
    {
        var (tenant, door) = (claim.Tenant, claim.Door);

        // The realm begins active: its host is told to nobody before the directory says the same.
        var realm = RealmOf.Tenant(tenant) with { State = TenantState.Active };
        if (RealmFounding.CanFound(plan.Spec))
        {
            return await FoundAsync(door, new RealmFounding(realm, plan.Spec), cancellation);
        }

        if (await cell.PutPoolAsync(door, tenant.PoolId, cancellation) is Outcome<PoolKeys>.Refused(var noPool))
        {
            return CellErrors.NotTheCallers(noPool);
        }

        if (await cell.PutRealmAsync(door, realm, cancellation) is Outcome<byte[]>.Refused(var noRealm))
        {
            return CellErrors.NotTheCallers(noRealm);
        }

        return await cell.PutClientAsync(door, tenant.PoolId, tenant.RealmId, tenant.TenantId, plan.Spec, cancellation) switch
        {
            Outcome<PoolKeys>.Done(var keys) => keys,
            Outcome<PoolKeys>.Refused(var noClient) => CellErrors.Within(noClient, "client"),
            _ => CellErrors.CellRefused(),
        };
    }

    // Pool, realm and client by one request, and at the cell in one transaction.
    private async Task<Outcome<PoolKeys?>> FoundAsync(CellDoor door, RealmFounding founding, CancellationToken cancellation) =>
        await cell.ImportRealmsAsync(door, new RealmImport([founding.Realm.PoolId], [founding]), cancellation) switch
        {
            Outcome<(RealmsImported Answer, IReadOnlyList<PoolKeys> Keys)>.Done(({ Results: [{ Outcome: not ImportOutcome.Refused }] }, [var keys])) => keys,
            Outcome<(RealmsImported Answer, IReadOnlyList<PoolKeys> Keys)>.Refused(var error) => CellErrors.NotTheCallers(error),
            _ => CellErrors.RealmRefused(),
        };

    private async Task<Outcome<PoolKeys?>> EnterSharedRealmAsync(Claim claim, CancellationToken cancellation)
    {
        var tenant = RealmOf.SharedTenant(claim.Tenant) with { State = TenantState.Active };
        return await cell.PutSharedTenantAsync(claim.Door, claim.Tenant.RealmId, tenant, cancellation) is Outcome<byte[]>.Refused(var error)
            ? CellErrors.NotTheCallers(error)
            : (PoolKeys?)null;
    }

    private Task<Outcome<Onboarded>> ActivateAsync(
        OnboardingPlan plan, Claim claim, Provisioned provisioned, Caller caller, CancellationToken cancellation)
    {
        var id = claim.Tenant.TenantId;
        var entry = new AuditEntry(caller.KeyId, "tenant.onboard", plan.Slug.Value, id)
        {
            Details = new Dictionary<string, string> { ["cell"] = claim.Tenant.CellId.Value, ["administrator"] = provisioned.Administrator.Sub.ToString() },
        };
        return store.ChangeAsync<Onboarded>(DirectoryScope.Of(id), entry, async change =>
        {
            if (!await change.WaiveAsync(claim.DutyId, cancellation))
            {
                return ClientErrors.MakingExpired();
            }

            // As the claim has left them: until now nobody else could change them, and only the undoing could take them away.
            var (tenant, client) = (claim.Tenant, claim.Client);
            change.Db.Attach(tenant);
            tenant.State = TenantState.Active;
            tenant.Revision = change.Revision;
            if (client is not null)
            {
                change.Db.Attach(client);
                client.Active = true;
            }

            if (provisioned.Keys is { } keys)
            {
                await PoolKeyStore.AddAsync(change, keys, cancellation);
            }

            return new Onboarded(
                TenantView.Of(tenant, claim.Region, client is null ? [] : [client], issuers),
                new ClientMade((client ?? claim.SharedClient!).ClientId, plan.Client?.Secret),
                new AdministratorMade(provisioned.Administrator.Sub, provisioned.Administrator.Username));
        }, cancellation);
    }

    // No keys come with a shared tenant: its realm's pool has told them.
    private sealed record Provisioned(PoolKeys? Keys, AccountRecord Administrator);
}
