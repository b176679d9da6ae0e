using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Promotions;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Users;

/// <summary>
/// A tenant's users, who live in its cell: asked for there, and kept nowhere here. Of a tenant with a realm they are its
/// accounts, of a shared one its members.
/// </summary>
internal sealed class UserDesk(DirectoryStore store, TenantFinder tenants, CellClient cells)
{
    public async Task<Outcome<AccountRecord>> MakeAsync(string tenantId, AccountRequest request, Caller caller, CancellationToken cancellation)
    {
        switch (await FindToChangeAsync(tenantId, cancellation))
        {
            case Outcome<PlacedTenant>.Done(var placed):
                var check = new Check();
                var person = request.ReadFor(placed.Tenant.Pattern, check, prefix: "");
                if (check.Failed(out var fault))
                {
                    return fault;
                }

                if (placed.Tenant.Pattern == Pattern.Shared && (person.Password ?? person.PasswordHash) is not null && caller.Tenant is not null)
                {
                    // Whoever chose it could sign in wherever that person is made a member later.
                    return UserErrors.SharedAccountCredentials();
                }

                var made = await cells.SendAsync(placed.Door, AccountCalls.Make(placed.Tenant, person), WireJson.Default.AccountRecord, CancellationToken.None);
                return Plain(await RecordAsync(
                    placed, "user.make", (made as Outcome<AccountRecord>.Done)?.Value.Sub, new PersonChange<AccountRecord>(made, RevokedAt: null), caller));
            case Outcome<PlacedTenant>.Refused(var error):
                return error;
            default:
                return TenantErrors.TenantNotFound();
        }
    }

    public async Task<Outcome<AccountPage>> ListAsync(string tenantId, string? after, string? limit, CancellationToken cancellation)
    {
        var check = new Check();
        var (last, size) = UserQuery.Page(check, after, limit);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        var page = await AskAsync(tenantId, tenant => AccountCalls.List(People.Of(tenant), last, size), WireJson.Default.AccountPage, cancellation);
        return page is Outcome<AccountPage>.Done(var told) ? told with { Accounts = [.. told.Accounts.Select(Plain)] } : page;
    }

    public async Task<Outcome<AccountRecord>> FindAsync(string tenantId, string sub, CancellationToken cancellation) =>
        Guid.TryParseExact(sub, "D", out var id)
            ? Plain(await AskAsync(tenantId, tenant => AccountCalls.Get(People.Of(tenant), id), WireJson.Default.AccountRecord, cancellation))
            : UserErrors.UserNotFound();

    public async Task<Outcome<AccountRecord>> ChangeAsync(
        string tenantId, string sub, AccountChangeRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var change = request.Read(check);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        if (!Guid.TryParseExact(sub, "D", out var id))
        {
            return UserErrors.UserNotFound();
        }

        switch (await FindToChangeAsync(tenantId, cancellation))
        {
            case Outcome<PlacedTenant>.Done({ Tenant.Pattern: Pattern.Shared }) when change.Password is not null:
                return UserErrors.SharedAccountCredentials();
            case Outcome<PlacedTenant>.Done(var placed):
                // A password is of the tenant's own account alone; the shared one is not its to touch.
                var left = change.Enabled is null ? null : (Func<People, CellCall>)(people => AccountCalls.Change(people, id, change with { Password = null }));
                var changed = await cells.ChangeAsync(
                    placed, people => AccountCalls.Change(people, id, change), left, WireJson.Default.AccountRecord, account => account.RevokedAt);
                return Plain(await RecordAsync(placed, "user.change", id, changed, caller));
            case Outcome<PlacedTenant>.Refused(var error):
                return error;
            default:
                return TenantErrors.TenantNotFound();
        }
    }

    /// <summary>Removes a person's account, or from a shared tenant their membership.</summary>
    public async Task<Outcome<AccountGone>> RemoveAsync(string tenantId, string sub, Caller caller, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(sub, "D", out var id))
        {
            return UserErrors.UserNotFound();
        }

        switch (await FindToChangeAsync(tenantId, cancellation))
        {
            case Outcome<PlacedTenant>.Done(var placed):
                CellCall Remove(People people) => AccountCalls.Remove(people, id);
                var removed = await cells.ChangeAsync<AccountGone>(placed, Remove, Remove, WireJson.Default.AccountGone, gone => gone.RevokedAt);
                return await RecordAsync(placed, "user.delete", id, removed, caller);
            case Outcome<PlacedTenant>.Refused(var error):
                return error;
            default:
                return TenantErrors.TenantNotFound();
        }
    }

    // Which other tenants a shared account has is not any tenant's to know, whatever its cell says.
    private static AccountRecord Plain(AccountRecord account) => account with { Tenants = null };

    private static Outcome<AccountRecord> Plain(Outcome<AccountRecord> outcome) =>
        outcome is Outcome<AccountRecord>.Done(var account) ? Plain(account) : outcome;

    private async Task<Outcome<PlacedTenant>> FindToChangeAsync(string tenantId, CancellationToken cancellation) =>
        await tenants.FindAtCellAsync(tenantId, cancellation) is var found && found is Outcome<PlacedTenant>.Done({ Promoting: true })
            ? PromotionErrors.PromotionInProgress()
            : found;

    private async Task<Outcome<T>> AskAsync<T>(string tenantId, Func<TenantRow, CellCall> call, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await tenants.FindAtCellAsync(tenantId, cancellation) switch
        {
            Outcome<PlacedTenant>.Done(var placed) => await cells.SendAsync(placed.Door, call(placed.Tenant), type, cancellation),
            Outcome<PlacedTenant>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        };

    // The change itself is the cell's, with an audit of its own; here it is kept which key asked for it, and told to all
    // who verify tokens what is no longer good.
    private async Task<Outcome<T>> RecordAsync<T>(PlacedTenant placed, string action, Guid? sub, PersonChange<T> changed, Caller caller)
    {
        if (sub is not { } person || (changed.Answer is Outcome<T>.Refused && changed.RevokedAt is null))
        {
            return changed.Answer;
        }

        var overtaken = false;
        var tenant = placed.Tenant.TenantId;
        await store.ChangeAsync<Guid>(DirectoryScope.Of(tenant), new AuditEntry(caller.KeyId, action, person.ToString(), tenant), async change =>
        {
            if (changed.RevokedAt is { } at)
            {
                await change.RevokeAsync([tenant], person.ToString(), at, CancellationToken.None);
            }

            overtaken = await IsOvertakenAsync(change.Db, placed.Tenant);
            return person;
        }, CancellationToken.None);
        return overtaken ? PromotionErrors.PromotionInProgress() : changed.Answer;
    }

    // A promotion that began after the tenant was looked up may have copied its members before this change or after it.
    // Done again once the promotion is through, the change is made in both places.
    private static async Task<bool> IsOvertakenAsync(DirectoryDb db, TenantRow seen) =>
        await db.Promotions.AnyAsync(promotion => promotion.TenantId == seen.TenantId)
        || !await db.Tenants.AnyAsync(tenant => tenant.TenantId == seen.TenantId && tenant.RealmId == seen.RealmId);
}
