using Tessera.Contracts.Errors;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Imports;

/// <summary>
/// Onboards many tenants in one call: all names claimed in one change, one call for each cell, all activated in one change.
/// Each tenant has its own duty, as in a single onboarding, so wherever this stops each is made whole or undone.
/// </summary>
internal sealed class TenantImport(
    ImportClaims claims, ImportActivation activation, CellProvisioning cells, Settlement settlement, Issuers issuers)
{
    public async Task<Outcome<ImportAnswer>> RunAsync(TenantImportRequest request, Caller caller)
    {
        var check = new Check();
        var key = ImportKeys.Read(check, request.ImportKey);
        var entries = ImportKeys.Entries(check, request.Tenants, "tenants", RealmImport.Most);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        // Whoever hangs up gets no say: each tenant is made or unmade.
        using var deadline = settlement.MakingDeadline();
        var results = new ImportResult[entries.Count];
        var plans = new List<(int At, OnboardingPlan Plan)>();
        for (var i = 0; i < entries.Count; i++)
        {
            if (Read(entries[i], out var plan) is { } wrong)
            {
                results[i] = ImportResult.Refused(wrong);
            }
            else
            {
                plans.Add((i, plan));
            }
        }

        var claimed = new List<ImportClaim>();
        foreach (var (at, outcome) in await claims.ClaimAsync(key, plans, caller.KeyId, deadline.Token))
        {
            if (outcome is Outcome<ImportClaim>.Done(var claim))
            {
                claimed.Add(claim);
            }
            else if (outcome is Outcome<ImportClaim>.Refused(var error))
            {
                results[at] = error == ImportClaims.AlreadyMade ? ImportResult.Present : ImportResult.Refused(error);
            }
        }

        foreach (var (claim, refusal) in await MakeAsync(claimed, caller, deadline.Token))
        {
            results[claim.At] = refusal is null ? ImportResult.Made : ImportResult.Refused(refusal);
        }

        return new ImportAnswer(results);
    }

    private Error? Read(OnboardingRequest request, out OnboardingPlan plan)
    {
        var check = new Check();
        plan = OnboardingPlan.Read(check, request, issuers, administered: false);
        if (request.Administrator is not null)
        {
            check.Fail(ImportErrors.AdministratorNotImported());
        }

        if (plan.Pattern == Pattern.Shared)
        {
            check.Fail(ImportErrors.SharedNotImported("pattern"));
        }
        else if (plan.Client is { } client && (client.Secret is not null || client.Spec.SigningAlgorithm != "ES256"))
        {
            check.Fail(ImportErrors.ClientNotImported(client.Secret is not null ? "client.type" : "client.signing_algorithm"));
        }

        return check.Fault;
    }

    private async Task<List<(ImportClaim Claim, Error? Refusal)>> MakeAsync(List<ImportClaim> claimed, Caller caller, CancellationToken cancellation)
    {
        var parts = await Task.WhenAll(claimed.GroupBy(claim => claim.Door).Select(group => AtCellAsync(group.Key, [.. group], cancellation)));
        var founded = parts.SelectMany(part => part.Founded).ToList();
        var results = parts.SelectMany(part => part.Refused).ToList();
        if (founded.Count > 0)
        {
            results.AddRange(await activation.ActivateAsync(founded, [.. parts.SelectMany(part => part.Keys)], caller, cancellation));
        }

        // What a cell refused for itself is undone at once. Where it did not answer at all, the worker sees to it when the deadline has passed.
        foreach (var (claim, refusal) in results.Where(result => result.Refusal is { Status: < 500 }))
        {
            await settlement.SettleNowAsync(claim.DutyId);
        }

        return results;
    }

    private async Task<(List<ImportClaim> Founded, List<(ImportClaim Claim, Error? Refusal)> Refused, IReadOnlyList<PoolKeys> Keys)> AtCellAsync(
        CellDoor door, List<ImportClaim> claims, CancellationToken cancellation)
    {
        var import = new RealmImport(
            [.. claims.Select(claim => claim.Tenant.PoolId).Distinct()],
            [.. claims.Select(claim => new RealmFounding(RealmOf.Tenant(claim.Tenant) with { State = TenantState.Active }, claim.Plan.Client!.Spec))]);
        switch (await cells.ImportRealmsAsync(door, import, cancellation))
        {
            case Outcome<(RealmsImported, IReadOnlyList<PoolKeys>)>.Done((var answer, var keys)):
                var pairs = claims.Zip(answer.Results).ToList();
                return (
                    [.. pairs.Where(pair => pair.Second.Outcome != ImportOutcome.Refused).Select(pair => pair.First)],
                    [.. pairs.Where(pair => pair.Second.Outcome == ImportOutcome.Refused).Select(pair => (pair.First, (Error?)CellErrors.RealmRefused()))],
                    keys);
            case Outcome<(RealmsImported, IReadOnlyList<PoolKeys>)>.Refused(var error):
                return ([], [.. claims.Select(claim => (claim, (Error?)(error.Status < 500 ? CellErrors.CellRefused() : error)))], []);
            default:
                throw new InvalidOperationException("An outcome is either done or refused.");
        }
    }
}
