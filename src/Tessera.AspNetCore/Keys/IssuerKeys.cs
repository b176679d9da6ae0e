using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Keys;

/// <summary>
/// The keys of issuers that publish them, which are those of the directory's user pools and no others. Each has its last
/// good set, on disk too, and is asked at most once in 30 seconds whatever tokens come.
/// </summary>
internal sealed class IssuerKeys(KeySetClient client, KeySetFolder folder, TimeProvider clock, ILogger<IssuerKeys> logger)
{
    private readonly ConcurrentDictionary<string, IssuerKeySet> _issuers = new(StringComparer.Ordinal);

    /// <summary>The last good set; null while there was none.</summary>
    public IReadOnlyList<PublicJwk>? Of(string issuer) => Find(issuer).Keys;

    /// <summary>Asks for the set anew, or waits for it if it is being asked for; false when that must not be yet, or brought nothing.</summary>
    public Task<bool> RefreshAsync(string issuer, CancellationToken cancellation) => Find(issuer).RefreshAsync().WaitAsync(cancellation);

    private IssuerKeySet Find(string issuer) => _issuers.GetOrAdd(issuer, name => new IssuerKeySet(name, client, folder, clock, logger));
}
