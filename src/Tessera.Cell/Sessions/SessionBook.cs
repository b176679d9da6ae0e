using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Sessions;

/// <summary>A browser's session and the account it belongs to.</summary>
internal sealed record SignedIn(SessionRow Session, AccountRow Account);

/// <summary>Begins, finds and ends the sessions of the realm in hand.</summary>
internal sealed class SessionBook(CellDb db, RealmScope scope, AuditTrail audit, GrantBook grants, RealmSweeper sweeper, TimeProvider time)
{
    /// <summary>How long a browser stays signed in.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Who is signed in with this browser, if anybody is and may still be.</summary>
    public async Task<SignedIn?> FindAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!SessionCookie.TryRead(http, scope.Realm, out var hash))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var found = await db.Sessions.AsNoTracking()
            .Where(session => session.CookieHash == hash && session.ExpiresAt > now)
            .Join(db.Accounts.Where(account => account.Enabled), session => session.Sub, account => account.Sub, (session, account) => new { session, account })
            .SingleOrDefaultAsync(cancellation);
        return found is null ? null : new SignedIn(found.session, found.account);
    }

    /// <summary>Begins a session under a fresh cookie and ends the one this browser had: an id never survives a sign-in.</summary>
    public async Task BeginAsync(HttpContext http, AccountRow account, CancellationToken cancellation)
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
        await db.SaveChangesAsync(cancellation);
        sweeper.Touch(scope.Realm);
    }

    /// <summary>Ends this browser's session and everything granted in it: its refresh tokens are worth nothing from here on.</summary>
    public async Task EndAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!SessionCookie.TryRead(http, scope.Realm, out var hash))
        {
            return;
        }

        SessionCookie.Delete(http, scope.Realm);
        if (await db.Sessions.SingleOrDefaultAsync(session => session.CookieHash == hash, cancellation) is not { } session)
        {
            return;
        }

        await grants.EndSessionAsync(session.SessionId, cancellation);
        db.Sessions.Remove(session);
        audit.Record("sign_out", subject: session.Sub.ToString());
        await db.SaveChangesAsync(cancellation);
    }
}
