using System.Net;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Contracts.Policies;
using Tessera.Contracts.Revocations;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Revocations;

/// <summary>What the cell says to its control plane, signed with its own key.</summary>
internal sealed class ToControlPlane(CellMembership membership, CellKeys keys, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each question has its own
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <exception cref="HttpRequestException">It cannot be reached, or has not taken them.</exception>
    public async Task TellAsync(IReadOnlyList<RevocationNotice> notices, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        using var response = await _http.PostAsJsonAsync(Door("revocations"), new CellTelling(Say(notices)), WireJson.Default.CellTelling, patience.Token);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The platform's rules, signed by the directory, once they are later than a revision, or as they are after so many seconds.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or does not tell.</exception>
    public async Task<string> AskForPolicyAsync(long after, int wait, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience + TimeSpan.FromSeconds(wait));
        using var response = await _http.PostAsJsonAsync(Door("policy"), new PolicyQuestion(Say([]), after, wait), WireJson.Default.PolicyQuestion, patience.Token);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(patience.Token);
    }

    public void Dispose() => _http.Dispose();

    private Uri Door(string name) => new(membership.ControlPlane, $"/cells/{membership.CellId}/{name}");

    private string Say(IReadOnlyList<RevocationNotice> notices) =>
        new CellStatement(membership.CellId, membership.ControlKey.Kid, time.GetUtcNow().ToUnixTimeSeconds(), notices).Sign(keys.Identity);
}
