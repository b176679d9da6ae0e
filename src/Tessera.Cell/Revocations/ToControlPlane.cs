using System.Net;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Contracts.Revocations;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Revocations;

/// <summary>What the cell says to its control plane, signed with its own key.</summary>
internal sealed class ToControlPlane(CellMembership membership, CellKeys keys, TimeProvider time) : IDisposable
{
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
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <exception cref="HttpRequestException">It cannot be reached, or has not taken them.</exception>
    public async Task TellAsync(IReadOnlyList<RevocationNotice> notices, CancellationToken cancellation)
    {
        var statement = new CellStatement(membership.CellId, membership.ControlKey.Kid, time.GetUtcNow().ToUnixTimeSeconds(), notices);
        using var response = await _http.PostAsJsonAsync(
            new Uri(membership.ControlPlane, $"/cells/{membership.CellId}/revocations"),
            new CellTelling(statement.Sign(keys.Identity)), WireJson.Default.CellTelling, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
