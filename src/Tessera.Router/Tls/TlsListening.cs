using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Tessera.Router.Tls;

/// <summary>TLS 1.2 and 1.3, with the certificate of the host that the client names (RFC 6066 section 3).</summary>
internal static class TlsListening
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    public static void ListenWithTls(this KestrelServerOptions kestrel, Uri address)
    {
        var certificates = kestrel.ApplicationServices.GetRequiredService<CertificateFolder>();
        kestrel.Listen(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = connection => new(OptionsFor(certificates, connection.ClientHelloInfo.ServerName)),
        }));
    }

    private static SslServerAuthenticationOptions OptionsFor(CertificateFolder certificates, string? serverName) => new()
    {
        ServerCertificateContext = certificates.Find(serverName) ?? throw new AuthenticationException("There is no certificate for this host."),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = Protocols,
    };
}
