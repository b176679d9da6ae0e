using System.Text.Json.Serialization.Metadata;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Users;

/// <summary>A tenant's users, who live in its cell: asked for there, and kept nowhere here.</summary>
internal sealed class UserDesk(DirectoryStore store, TenantFinder tenants, CellClient cells)
{
    public async Task<Outcome<AccountRecord>> MakeAsync(string tenantId, AccountRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var account = request.Read(check, prefix: "");
        return check.Failed(out var fault) ? fault : await AuditedAsync(
            await AskAsync(tenantId, tenant => AccountCalls.Make(tenant, account), WireJson.Default.AccountRecord, cancellation),
            tenantId, "user.make", caller);
    }

    public async Task<Outcome<AccountPage>> ListAsync(string tenantId, string? after, string? limit, CancellationToken cancellation)
    {
        var check = new Check();
        var size = PageQuery.Limit(check, limit);
        Guid last = default;
        if (after is not null && !Guid.TryParseExact(after, "D", out last))
        {
            check.Fail(HttpErrors.Invalid("after", "Give the next of the page before."));
        }

        return check.Failed(out var fault) ? fault : await AskAsync(
            tenantId, tenant => AccountCalls.List(tenant, after is null ? null : last, size), WireJson.Default.AccountPage, cancellation);
    }

    public async Task<Outcome<AccountRecord>> FindAsync(string tenantId, string sub, CancellationToken cancellation) =>
        Guid.TryParseExact(sub, "D", out var id)
            ? await AskAsync(tenantId, tenant => AccountCalls.Get(tenant, id), WireJson.Default.AccountRecord, cancellation)
            : UserErrors.UserNotFound();

    public async Task<Outcome<AccountRecord>> ChangeAsync(
        string tenantId, string sub, AccountChangeRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var change = request.Read(check);
        return check.Failed(out var fault) ? fault
            : !Guid.TryParseExact(sub, "D", out var id) ? UserErrors.UserNotFound()
            : await AuditedAsync(
                await AskAsync(tenantId, tenant => AccountCalls.Change(tenant, id, change), WireJson.Default.AccountRecord, cancellation),
                tenantId, "user.change", caller);
    }

    private async Task<Outcome<T>> AskAsync<T>(string tenantId, Func<TenantRow, CellCall> call, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await tenants.FindAsync(tenantId, cancellation) switch
        {
            Outcome<PlacedTenant>.Done(var placed) => await cells.SendAsync(placed.Door, call(placed.Tenant), type, cancellation),
            Outcome<PlacedTenant>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        };

    // The change itself is the cell's, with an audit of its own; here it is kept which key asked for it.
    private async Task<Outcome<AccountRecord>> AuditedAsync(Outcome<AccountRecord> outcome, string tenantId, string action, Caller caller)
    {
        if (outcome is not Outcome<AccountRecord>.Done(var account) || !Contracts.Ids.TenantId.TryParse(tenantId, out var tenant))
        {
            return outcome;
        }

        return await store.ChangeAsync<AccountRecord>(
            DirectoryScope.Of(tenant),
            new AuditEntry(caller.KeyId, action, account.Sub.ToString(), tenant),
            _ => Task.FromResult(outcome),
            CancellationToken.None);
    }
}
