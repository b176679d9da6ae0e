using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;

namespace Tessera.Cell.Moves.Rows;

/// <summary>How rows of one table hang on others, while both change at the source between two pages.</summary>
internal class Ties<TRow>
    where TRow : class
{
    /// <summary>Rows here that have what only one may have, such as a user name: at the source they are gone, or have another.</summary>
    public virtual IQueryable<TRow> Rivals(CellDb db, IReadOnlyList<TRow> coming) => db.Set<TRow>().Where(_ => false);

    /// <summary>Takes away what hangs on rows that go.</summary>
    public virtual Task Cut(CellDb db, IReadOnlyList<TRow> going, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Those of the rows that what they hang on is here for; the others come when it is.</summary>
    public virtual Task<IReadOnlyList<TRow>> Attached(CellDb db, IReadOnlyList<TRow> coming, CancellationToken cancellation) => Task.FromResult(coming);
}

internal sealed class AccountTies : Ties<AccountRow>
{
    public override IQueryable<AccountRow> Rivals(CellDb db, IReadOnlyList<AccountRow> coming)
    {
        var names = coming.Select(row => row.NormalizedUsername).ToList();
        return db.Accounts.Where(row => names.Contains(row.NormalizedUsername));
    }
}

internal sealed class SessionTies : Ties<SessionRow>
{
    public override IQueryable<SessionRow> Rivals(CellDb db, IReadOnlyList<SessionRow> coming)
    {
        var ids = coming.Select(row => row.SessionId).ToList();
        return db.Sessions.Where(row => ids.Contains(row.SessionId));
    }
}

internal sealed class ClientTies : Ties<ClientRow>
{
    public override IQueryable<ClientRow> Rivals(CellDb db, IReadOnlyList<ClientRow> coming)
    {
        var ids = coming.Select(row => row.ClientId).ToList();
        return db.Clients.Where(row => ids.Contains(row.ClientId));
    }

    public override async Task Cut(CellDb db, IReadOnlyList<ClientRow> going, CancellationToken cancellation)
    {
        var ids = going.Select(row => (Guid?)row.Id).ToList();
        if (ids.Count > 0)
        {
            await db.Tokens.Where(row => ids.Contains(row.ApplicationId)).ExecuteDeleteAsync(cancellation);
            await db.Grants.Where(row => ids.Contains(row.ApplicationId)).ExecuteDeleteAsync(cancellation);
        }
    }
}

internal sealed class GrantTies : Ties<GrantRow>
{
    public override async Task Cut(CellDb db, IReadOnlyList<GrantRow> going, CancellationToken cancellation)
    {
        var ids = going.Select(row => (Guid?)row.Id).ToList();
        if (ids.Count > 0)
        {
            await db.Tokens.Where(row => ids.Contains(row.AuthorizationId)).ExecuteDeleteAsync(cancellation);
        }
    }

    public override async Task<IReadOnlyList<GrantRow>> Attached(CellDb db, IReadOnlyList<GrantRow> coming, CancellationToken cancellation)
    {
        var clients = await ClientsHereAsync(db, coming.Select(row => row.ApplicationId), cancellation);
        return [.. coming.Where(row => row.ApplicationId is not { } id || clients.Contains(id))];
    }

    public static async Task<HashSet<Guid>> ClientsHereAsync(CellDb db, IEnumerable<Guid?> named, CancellationToken cancellation)
    {
        var ids = named.OfType<Guid>().Distinct().ToList();
        return [.. await db.Clients.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellation)];
    }
}

internal sealed class TokenTies : Ties<TokenRow>
{
    public override IQueryable<TokenRow> Rivals(CellDb db, IReadOnlyList<TokenRow> coming)
    {
        var ids = coming.Where(row => row.ReferenceId is not null).Select(row => row.ReferenceId).ToList();
        return db.Tokens.Where(row => ids.Contains(row.ReferenceId));
    }

    public override async Task<IReadOnlyList<TokenRow>> Attached(CellDb db, IReadOnlyList<TokenRow> coming, CancellationToken cancellation)
    {
        var clients = await GrantTies.ClientsHereAsync(db, coming.Select(row => row.ApplicationId), cancellation);
        var named = coming.Select(row => row.AuthorizationId).OfType<Guid>().Distinct().ToList();
        var grants = (await db.Grants.Where(row => named.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellation)).ToHashSet();
        return [.. coming.Where(row => (row.ApplicationId is not { } client || clients.Contains(client)) && (row.AuthorizationId is not { } grant || grants.Contains(grant)))];
    }
}
