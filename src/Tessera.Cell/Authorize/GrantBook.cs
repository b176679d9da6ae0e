using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Accounts;
using Tessera.Cell.Audit;
using Tessera.Cell.BackChannel;
using Tessera.Cell.Revocations;
using Tessera.Cell.Sessions;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens;
using Tessera.Contracts.Ids;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Authorize;

/// <summary>Opens and ends grants: what all codes, refresh and access tokens of one authorization hang on. Ending it ends them.</summary>
internal sealed class GrantBook(CellDb db, AuditTrail audit, LogoutNotices notices, RevocationNotices revocations, TimeProvider time)
{
    /// <summary>Adds the grant, to be committed with the code that is issued under it; returns its id.</summary>
    public string Open(SignedIn signedIn, Person person, ClientRow client, ImmutableArray<string> scopes)
    {
        var grant = new GrantRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            TenantId = person.Tenant.Value,
            ApplicationId = client.Id,
            SessionId = signedIn.Session.SessionId,
            Subject = signedIn.Account.Sub.ToString(),
            Scopes = JsonSerializer.Serialize(scopes),
            Status = Statuses.Valid,
            Type = AuthorizationTypes.AdHoc,
            CreationDate = time.GetUtcNow().UtcDateTime,
            ConcurrencyToken = Guid.NewGuid().ToString(),
        };
        db.Grants.Add(grant);
        // Writes the session as it was found: whoever ends it at this moment waits for this grant and ends it too, or has
        // ended it already, and then neither grant nor code comes to be.
        db.Sessions.Attach(signedIn.Session).Property(row => row.ExpiresAt).IsModified = true;
        if (person.Membership is { } membership)
        {
            // The same of the membership; and the session goes on in this tenant.
            db.EnterTenant(person.Tenant);
            db.Memberships.Attach(membership).Property(row => row.JoinedAt).IsModified = true;
            signedIn.Session.TenantId = person.Tenant.Value;
        }

        audit.Record("authorize", subject: grant.Subject, client: client.ClientId);
        return grant.Id.ToString();
    }

    /// <summary>Ends one grant, because one of its tickets was revoked or used twice.</summary>
    public async Task EndAsync(string? grantId, CancellationToken cancellation)
    {
        if (!Guid.TryParse(grantId, out var id))
        {
            return;
        }

        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        await EndAsync(grant => grant.Id == id, Extent.Grant, cancellation);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }
    }

    /// <summary>Ends everything that was granted in a session, and notes whom to tell. Within the transaction that ends the session.</summary>
    public Task EndSessionAsync(Guid session, CancellationToken cancellation) => EndWithNoticeAsync(grant => grant.SessionId == session, Extent.Session, cancellation);

    /// <summary>Ends everything an account has granted, and notes whom to tell. Within the transaction that ends its sessions.</summary>
    public Task EndAccountAsync(Guid sub, CancellationToken cancellation)
    {
        var subject = sub.ToString();
        return EndWithNoticeAsync(grant => grant.Subject == subject, Extent.Person, cancellation);
    }

    /// <summary>Takes an account away with its grants, and notes that nothing it holds is good any more. Within a transaction; false if there was none.</summary>
    public async Task<bool> EraseAccountAsync(Guid sub, CancellationToken cancellation)
    {
        var subject = sub.ToString();
        var due = await revocations.DueAsync(grant => grant.Subject == subject, Extent.Person, cancellation);
        if (!await AccountEraser.EraseAsync(db, sub, cancellation))
        {
            return false;
        }

        await revocations.AddAsync(due, cancellation);
        return true;
    }

    /// <summary>Ends what an account has granted for one tenant of a shared realm. Within the transaction that ends its membership.</summary>
    public Task EndMemberAsync(TenantId tenant, Guid sub, CancellationToken cancellation)
    {
        var subject = sub.ToString();
        return EndAsync(grant => grant.TenantId == tenant.Value && grant.Subject == subject, Extent.Person, cancellation);
    }

    /// <summary>Ends everything granted for one tenant of a shared realm. Nobody is told: the directory knows that the tenant is gone.</summary>
    public Task EndTenantAsync(TenantId tenant, CancellationToken cancellation) => EndAsync(grant => grant.TenantId == tenant.Value, cancellation);

    private async Task EndWithNoticeAsync(Expression<Func<GrantRow, bool>> which, Extent extent, CancellationToken cancellation)
    {
        await notices.AddAsync(which, cancellation);
        await EndAsync(which, extent, cancellation);
    }

    private async Task EndAsync(Expression<Func<GrantRow, bool>> which, Extent extent, CancellationToken cancellation)
    {
        var due = await revocations.DueAsync(which, extent, cancellation);
        await EndAsync(which, cancellation);
        await revocations.AddAsync(due, cancellation);
    }

    private Task<int> EndAsync(Expression<Func<GrantRow, bool>> which, CancellationToken cancellation) =>
        db.Grants.Where(which).ExecuteUpdateAsync(set => set.SetProperty(grant => grant.Status, Statuses.Revoked), cancellation);
}
