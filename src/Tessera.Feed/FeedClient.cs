using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Tessera.Feed;

/// <summary>Asks the control plane for pages and hands out only those that verify.</summary>
internal sealed class FeedClient : IDisposable
{
    /// <summary>How long the control plane may hold a request while it has nothing new, and thus how often it says that it has not.</summary>
    public static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(8);

    /// <summary>By when an answer must be here whole: a connection that leads nowhere is given up then.</summary>
    public static readonly TimeSpan Patience = LongPoll + TimeSpan.FromSeconds(6);

    /// <summary>A larger answer is refused.</summary>
    public const int MaxPageBytes = 16 * 1024 * 1024;

    private readonly FeedOptions _options;
    private readonly HttpClient _http;

    public FeedClient(FeedOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            BaseAddress = options.ControlPlane,
            Timeout = Patience,
            MaxResponseContentBufferSize = MaxPageBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.FeedKey);
    }

    /// <exception cref="FeedFault">The control plane refused, or what it sent is refused here.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached, or sent too much.</exception>
    public async Task<SignedPage> FetchAsync(long after, TimeSpan wait, CancellationToken cancellation)
    {
        var seconds = (int)wait.TotalSeconds;
        var address = string.Create(CultureInfo.InvariantCulture, $"/feed?after={after}&wait={seconds}");
        using var response = await _http.GetAsync(new Uri(address, UriKind.Relative), cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new FeedFault($"the control plane answered {(int)response.StatusCode}");
        }

        var jws = await response.Content.ReadAsStringAsync(cancellation);
        return SignedPage.Open(jws.Trim(), _options.DirectoryKey, after);
    }

    public void Dispose() => _http.Dispose();
}
