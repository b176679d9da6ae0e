using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Imports;

/// <summary>Makes users of one tenant or of many: looked up at once, one call for each cell, each user told what came of it.</summary>
internal sealed class UserImport(DirectoryStore store, CellProvisioning cells)
{
    public Task<Outcome<ImportAnswer>> RunAsync(UserImportRequest request, Caller caller, CancellationToken cancellation) =>
        RunAsync(request, only: null, caller, cancellation);

    public async Task<Outcome<ImportAnswer>> RunAsync(string tenantId, UserImportRequest request, Caller caller, CancellationToken cancellation) =>
        TenantId.TryParse(tenantId, out var only) ? await RunAsync(request, only, caller, cancellation) : TenantErrors.TenantNotFound();

    private async Task<Outcome<ImportAnswer>> RunAsync(UserImportRequest request, TenantId? only, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var key = ImportKeys.Read(check, request.ImportKey);
        var entries = ImportKeys.Entries(check, request.Users, "users", AccountImport.Most);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        var results = new ImportResult[entries.Count];
        var users = new List<ImportedUser>();
        for (var i = 0; i < entries.Count; i++)
        {
            if (ImportedUser.Read(i, entries[i], only is not null, out var user) is { } wrong)
            {
                results[i] = ImportResult.Refused(wrong);
            }
            else
            {
                users.Add(user);
            }
        }

        var tenants = await TenantsAsync(users, only, cancellation);
        if (only is not null && tenants.Count == 0)
        {
            return TenantErrors.TenantNotFound();
        }

        var housed = users.ToLookup(user => only is null ? tenants.GetValueOrDefault(user.Tenant) : tenants.Values.Single());
        foreach (var homeless in housed[null])
        {
            results[homeless.At] = ImportResult.Refused(TenantErrors.TenantNotFound() with { Field = "tenant" });
        }

        foreach (var (user, refusal) in housed.SelectMany(group => group, (group, user) => (user, group.Key is null ? null : Refusal(group.Key.Tenant))))
        {
            if (refusal is not null)
            {
                results[user.At] = ImportResult.Refused(refusal);
            }
        }

        await Task.WhenAll(housed.Where(group => group.Key is not null && Refusal(group.Key.Tenant) is null).GroupBy(group => group.Key!.Cell.CellId)
            .Select(cell => AtCellAsync(key, [.. cell], results, cancellation)));
        await AuditAsync(housed, results, caller);
        return new ImportAnswer(results);
    }

    private static Error? Refusal(TenantRow tenant) =>
        tenant.Issuer is not null ? TenantErrors.TenantAtCognito() with { Field = "tenant" }
        : tenant.Pattern == Pattern.Shared ? ImportErrors.SharedNotImported("tenant")
        : null;

    // By slug; under the one tenant's own where the address names it.
    private Task<Dictionary<Slug, PlacedTenant>> TenantsAsync(List<ImportedUser> users, TenantId? only, CancellationToken cancellation)
    {
        var slugs = users.Select(user => user.Tenant).Distinct().ToList();
        return store.ReadAsync(only is { } one ? DirectoryScope.Of(one) : DirectoryScope.All, async db =>
        {
            var tenants = await db.Tenants
                .Where(row => (only != null || slugs.Contains(row.Slug)) && (row.State == TenantState.Active || row.State == TenantState.Suspended))
                .ToListAsync(cancellation);
            var ids = tenants.Select(tenant => tenant.CellId).Distinct().ToList();
            var places = await db.Cells.Where(cell => ids.Contains(cell.CellId)).ToDictionaryAsync(cell => cell.CellId, cancellation);
            return tenants.ToDictionary(tenant => tenant.Slug, tenant => new PlacedTenant(tenant, [], places[tenant.CellId], Promoting: false));
        }, cancellation);
    }

    private async Task AtCellAsync(string key, List<IGrouping<PlacedTenant?, ImportedUser>> tenants, ImportResult[] results, CancellationToken cancellation)
    {
        var users = tenants.SelectMany(group => group).ToList();
        var import = new AccountImport(key, [.. tenants.Select(group => new RealmAccounts(
            group.Key!.Tenant.RealmId, group.Key.Tenant.TenantId, group.Key.Tenant.Epoch, [.. group.Select(user => user.Account)]))]);
        var outcome = await cells.ImportAccountsAsync(tenants[0].Key!.Door, import, cancellation);
        for (var i = 0; i < users.Count; i++)
        {
            results[users[i].At] = outcome switch
            {
                Outcome<AccountsImported>.Done(var answer) => answer.Results[i],
                Outcome<AccountsImported>.Refused(var error) => ImportResult.Refused(error),
                _ => throw new InvalidOperationException("An outcome is either done or refused."),
            };
        }
    }

    // The accounts and their audit are the cell's; here it is kept which key asked for how many of them.
    private async Task AuditAsync(ILookup<PlacedTenant?, ImportedUser> housed, ImportResult[] results, Caller caller)
    {
        var made = housed.Where(group => group.Key is not null)
            .Select(group => (group.Key!.Tenant, Count: group.Count(user => results[user.At].Outcome == ImportOutcome.Made)))
            .Where(group => group.Count > 0)
            .Select(group => new AuditEntry(caller.KeyId, "users.import", group.Tenant.Slug.Value, group.Tenant.TenantId)
            {
                Details = new Dictionary<string, string> { ["users"] = $"{group.Count}" },
            })
            .ToList();
        if (made.Count > 0)
        {
            await store.ChangeAsync<int>(DirectoryScope.All, made[0], async change =>
            {
                await change.AlsoAsync([.. made.Skip(1)], CancellationToken.None);
                return made.Count;
            }, CancellationToken.None);
        }
    }
}

/// <summary>A user to be imported, read.</summary>
/// <param name="At">Which entry of the call it is.</param>
internal sealed record ImportedUser(int At, Slug Tenant, ImportedAccount Account)
{
    public static Error? Read(int at, UserImportItem item, bool ofOneTenant, out ImportedUser user)
    {
        var check = new Check();
        Slug slug = default;
        if (ofOneTenant ? item.Tenant is not null : !Slug.TryParse(check.Text(item.Tenant, "tenant", 40), out slug))
        {
            check.Fail(Http.HttpErrors.Invalid("tenant", ofOneTenant ? "The address names the tenant." : "Give the tenant's slug."));
        }

        var username = check.Text(item.Username, "username", 128);
        var email = check.OptionalText(item.Email, "email", 254);
        var name = check.OptionalText(item.Name, "name", 100);
        check.OptionalText(item.PasswordHash, "password_hash", 512);
        if (item.Password is not null)
        {
            Users.Passwords.Read(check, item.Password, "password");
        }

        user = new ImportedUser(at, slug, new ImportedAccount(username, item.Password, item.PasswordHash, email, name));
        return check.Fault;
    }
}
