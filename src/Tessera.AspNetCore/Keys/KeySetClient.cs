using System.Net;

namespace Tessera.AspNetCore.Keys;

/// <summary>Fetches an issuer's published keys: from there and nowhere else, within 3 seconds and 64 KiB.</summary>
internal sealed class KeySetClient(HttpMessageHandler handler) : IDisposable
{
    public const int MostBytes = 64 * 1024;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = new(handler) { Timeout = Patience, MaxResponseContentBufferSize = MostBytes };

    /// <summary>A handler that follows no redirect, keeps no cookie and unpacks nothing.</summary>
    public static SocketsHttpHandler Direct() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <exception cref="HttpRequestException">It cannot be reached, answered anything but 200, sent too much, or no good set.</exception>
    /// <exception cref="OperationCanceledException">It did not answer in time.</exception>
    public async Task<KeySet> FetchAsync(string issuer)
    {
        using var response = await _http.GetAsync(new Uri($"{issuer}/.well-known/jwks.json"));
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"the issuer answered {(int)response.StatusCode}");
        }

        return KeySet.TryRead(await response.Content.ReadAsStringAsync(), out var set)
            ? set
            : throw new HttpRequestException("what the issuer sent is no set of keys that could be used");
    }

    public void Dispose() => _http.Dispose();
}
