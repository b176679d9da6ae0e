using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Wire;
using Tessera.Router;
using Tessera.Router.Tls;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router.Tls;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _certificates = new();
    private readonly TemporaryFolder _data = new();
    private readonly FeedSource _directory = new();
    private WebApplication _app = null!;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        await _directory.StartAsync();
        Write("acme.auth.test", "acme");
        Write("_.auth.test", "any below");
        Write("default", "default");
        _app = RouterApp.Build(Arguments("https://127.0.0.1:0", _certificates.Path));
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _directory.DisposeAsync();
        _certificates.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData("acme.auth.test", "acme")]
    [InlineData("ACME.auth.test", "acme")]
    [InlineData("globex.auth.test", "any below")]
    [InlineData("two.below.auth.test", "default")]
    [InlineData("elsewhere.test", "default")]
    [InlineData("default", "default")]
    public async Task Each_host_is_shown_its_own_certificate(string host, string expected) =>
        Assert.Equal($"CN={expected}", await SubjectAsync(host));

    [Fact]
    public void A_server_name_that_is_a_path_reads_no_file()
    {
        var inner = Directory.CreateDirectory(Path.Combine(_certificates.Path, "inner"));
        var folder = new CertificateFolder(inner.FullName, TimeProvider.System, NullLogger<CertificateFolder>.Instance);
        Assert.Null(folder.Find("../acme.auth.test"));
    }

    [Fact]
    public async Task A_renewed_certificate_is_in_use_within_seconds_and_a_broken_file_leaves_the_one_before()
    {
        Assert.Equal("CN=acme", await SubjectAsync("acme.auth.test"));
        Write("acme.auth.test", "acme renewed");
        await Eventually.HoldsAsync(() => SubjectAsync("acme.auth.test").GetAwaiter().GetResult() == "CN=acme renewed", "the new certificate");

        await File.WriteAllTextAsync(Path.Combine(_certificates.Path, "acme.auth.test.pem"), "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n");
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        Assert.Equal("CN=acme renewed", await SubjectAsync("acme.auth.test"));
    }

    [Fact]
    public async Task Without_a_certificate_for_the_host_there_is_no_connection()
    {
        File.Delete(Path.Combine(_certificates.Path, "default.pem"));
        await Assert.ThrowsAnyAsync<Exception>(() => SubjectAsync("nobody.test"));
        Assert.Equal("CN=acme", await SubjectAsync("acme.auth.test"));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Requests_are_answered_over_TLS(SslProtocols protocol)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, _port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = Trusting("auth.test", protocol),
        });
        await Eventually.HoldsAsync(() => StatusAsync(client).GetAwaiter().GetResult() == HttpStatusCode.OK, "the router to have heard of the directory");
    }

    [Fact]
    public void Listening_with_TLS_needs_an_address_and_a_folder()
    {
        var faults = Assert.Throws<OptionsValidationException>(() => RouterApp.Build(Arguments("https://localhost:0", "/nowhere"))).Failures.ToList();
        Assert.Contains(faults, fault => fault.StartsWith("Router:Listen", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("Router:Certificates", StringComparison.Ordinal));
    }

    private string[] Arguments(string listen, string certificates) =>
    [
        $"--Router:Listen={listen}",
        $"--Router:Certificates={certificates}",
        $"--Router:Data={_data.Path}",
        "--Router:AuthHost=https://auth.test:8400",
        $"--Router:ControlPlane={_directory.Address}",
        $"--Router:FeedKey={_directory.Key}",
        $"--Router:DirectoryKey={JsonSerializer.Serialize(_directory.Signer.Public, WireJson.Default.PublicJwk)}",
        "--Logging:LogLevel:Default=None",
    ];

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("https://auth.test:8400/health"));
        return response.StatusCode;
    }

    private async Task<string> SubjectAsync(string host)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _port);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(Trusting(host, SslProtocols.None));
        return tls.RemoteCertificate!.Subject;
    }

    // Which certificate is shown is what is asked here; who vouches for it is not.
    private static SslClientAuthenticationOptions Trusting(string host, SslProtocols protocol) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = protocol,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };

    private void Write(string file, string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Path.Combine(_certificates.Path, file + ".pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
