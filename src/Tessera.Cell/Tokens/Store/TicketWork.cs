using Tessera.Cell.Audit;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Tokens.Store;

/// <summary>
/// The tickets of one request: the one that was handed in, read once with its grant and account, and those it issues.
/// While tokens are being issued, what OpenIddict writes step by step is kept here, and committed together at the end,
/// with the audit rows that speak of it: all of it or nothing.
/// </summary>
internal sealed class TicketWork(ITicketRows rows, EntityTicketRows entityRows, RequestDb request, PendingAudit audit, RealmScope scope)
{
    private readonly List<TokenRow> _issued = [];
    private FoundTicket? _found;
    private TokenRow? _redeemed;

    /// <summary>Whether tokens are being issued: from here on writes wait for <see cref="CommitAsync"/>.</summary>
    public bool IsIssuing { get; private set; }

    public void BeginIssue() => IsIssuing = true;

    /// <summary>The ticket with this hash, as it was when the request first asked for it.</summary>
    public async Task<TokenRow?> FindAsync(string referenceId, CancellationToken cancellation)
    {
        if (_found?.Token.ReferenceId != referenceId)
        {
            _found = await rows.FindAsync(scope.Realm, referenceId, cancellation);
        }

        return _found?.Token;
    }

    public TokenRow? KnownToken(Guid id) => _found?.Token.Id == id ? _found.Token : _issued.Find(token => token.Id == id);

    public GrantRow? KnownGrant(Guid id) => _found?.Grant?.Id == id ? _found.Grant : null;

    public AccountRow? KnownAccount(Guid sub) => _found?.Account?.Sub == sub ? _found.Account : null;

    public void Issue(TokenRow token)
    {
        token.Id = Guid.CreateVersion7();
        token.ConcurrencyToken = Guid.NewGuid().ToString();
        _issued.Add(token);
    }

    /// <summary>Whether a change of the token can wait: it is being issued, or is the one being redeemed.</summary>
    public bool Keep(TokenRow token)
    {
        if (IsIssuing && token == _found?.Token && token.Status == Statuses.Redeemed)
        {
            token.ConcurrencyToken = Guid.NewGuid().ToString();
            _redeemed = token;
            return true;
        }

        return _issued.Contains(token);
    }

    /// <summary>Commits what was issued, with what was recorded of it. Anything but <see cref="TicketOutcome.Committed"/> has written nothing.</summary>
    public Task<TicketOutcome> CommitAsync(CancellationToken cancellation)
    {
        IsIssuing = false;
        var change = new TicketChange(_redeemed, Once: _redeemed?.Type != TokenTypeIdentifiers.RefreshToken, [.. _issued], audit.Take());
        (_redeemed, _found) = (null, null);
        _issued.Clear();
        var others = request.Opened?.ChangeTracker.HasChanges() == true;
        return others ? entityRows.CommitAsync(scope.Realm, change, cancellation)
            : change.Redeemed is null && change.Issued.Count + change.Audit.Count == 0 ? Task.FromResult(TicketOutcome.Committed)
            : rows.CommitAsync(scope.Realm, change, cancellation);
    }
}
