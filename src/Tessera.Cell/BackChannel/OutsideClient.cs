using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Tessera.Cell.BackChannel;

/// <summary>
/// How a cell calls addresses that tenants chose: no proxy, no redirect, no cookie, no body read, five seconds; and the
/// address is looked at after the name was resolved, on the very connection that is used.
/// </summary>
internal sealed class OutsideClient(IOptions<CellOptions> options) : IDisposable
{
    private readonly bool _loopbackToo = options.Value.AllowLoopbackCallbacks;
    private HttpClient? _http;

    private HttpClient Http => _http ??= new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        MaxResponseHeadersLength = 16,
        MaxConnectionsPerServer = 4,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = ConnectAsync,
    })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Posts a form; the status of the answer.</summary>
    /// <exception cref="HttpRequestException">Nobody answered, or the address may not be called.</exception>
    public async Task<HttpStatusCode> PostAsync(Uri address, IReadOnlyDictionary<string, string> form, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return response.StatusCode;
    }

    public void Dispose() => _http?.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = _loopbackToo && (host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal))
            ? [IPAddress.Loopback] // RFC 6761, section 6.3; not every resolver knows
            : await Dns.GetHostAddressesAsync(host, cancellation);
        var allowed = addresses.Where(address => PublicAddress.Is(address, _loopbackToo)).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException("The address is not one of the public internet.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
