using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Policies;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Sessions;

/// <summary>A browser's session and the account it belongs to.</summary>
internal sealed record SignedIn(SessionRow Session, AccountRow Account);

/// <summary>Begins, finds and ends the sessions of the realm in hand.</summary>
internal sealed class SessionBook(CellDb db, RealmScope scope, AuditTrail audit, GrantBook grants, RealmSweeper sweeper, CellPolicy policy, TimeProvider time)
{
    private TimeSpan Life => TimeSpan.FromMinutes(policy.Effective.SessionMinutes.Value);

    /// <summary>Who is signed in with this browser, if anybody is and may still be.</summary>
    public async Task<SignedIn?> FindAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!SessionCookie.TryRead(http, scope.Realm, out var hash))
        {
            return null;
        }

        // Whoever signed in before the policy was tightened is under it as well.
        var now = time.GetUtcNow();
        var earliest = now - Life;
        var found = await db.Sessions.AsNoTracking()
            .Where(session => session.CookieHash == hash && session.ExpiresAt > now && session.AuthenticatedAt > earliest)
            .Join(db.Accounts.Where(account => account.Enabled), session => session.Sub, account => account.Sub, (session, account) => new { session, account })
            .SingleOrDefaultAsync(cancellation);
        return found is null ? null : new SignedIn(found.session, found.account);
    }

    /// <summary>
    /// Begins a session under a fresh cookie and ends the one this browser had: an id never survives a sign-in. False when
    /// the account was given another password or disabled since its password was checked.
    /// </summary>
    public async Task<bool> BeginAsync(HttpContext http, AccountRow account, CancellationToken cancellation)
    {
        await EndAsync(http, cancellation);
        var now = time.GetUtcNow();
        db.Sessions.Add(new SessionRow
        {
            CookieHash = SessionCookie.Issue(http, scope.Realm),
            SessionId = Guid.CreateVersion7(now),
            Sub = account.Sub,
            AuthenticatedAt = now,
            ExpiresAt = now + Life,
        });
        audit.Record("sign_in.succeeded", subject: account.Sub.ToString());
        // Writes the account as it was checked: whoever changes it at this moment waits for this session and ends it, or
        // has changed it already, and then there is none.
        db.Entry(account).Property(row => row.PasswordHash).IsModified = true;
        try
        {
            await db.SaveChangesAsync(cancellation);
            sweeper.Touch(scope.Realm);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            SessionCookie.Delete(http, scope.Realm);
            audit.Record("sign_in.rejected", detail: "changed");
            await audit.CommitAsync(cancellation);
            return false;
        }
    }

    /// <summary>Ends this browser's session and everything granted in it: its refresh tokens are worth nothing from here on.</summary>
    public async Task EndAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!SessionCookie.TryRead(http, scope.Realm, out var hash))
        {
            return;
        }

        SessionCookie.Delete(http, scope.Realm);
        if (await db.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.CookieHash == hash, cancellation) is not { } session)
        {
            return;
        }

        // The session first: a grant that is being opened in it (GrantBook) has committed by then, and is seen, or never will.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Sessions.Where(row => row.SessionId == session.SessionId).ExecuteDeleteAsync(cancellation);
        await grants.EndSessionAsync(session.SessionId, cancellation);
        audit.Record("sign_out", subject: session.Sub.ToString());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
