using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Tessera.Router.Tls;

/// <summary>
/// Certificates by host name, each from a PEM file with its key and chain: <c>acme.auth.example.com.pem</c> for that host,
/// <c>_.auth.example.com.pem</c> for every host one label below, <c>default.pem</c> for who names no host or one without a file.
/// Read when first asked for. A file that changed is read anew within seconds; one that became unreadable or broken leaves the
/// certificate that was there in use.
/// </summary>
internal sealed partial class CertificateFolder(string folder, TimeProvider time, ILogger<CertificateFolder> log)
{
    private const string Default = "default";
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    // Names that have no file are not kept, so what is kept is bounded by the folder.
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <summary>The certificate for a server name as TLS gives it; null if there is none.</summary>
    public SslStreamCertificateContext? Find(string? serverName)
    {
        var host = serverName?.ToLowerInvariant();
        if (host is null || !IsHostName(host))
        {
            return Read(Default);
        }

        return Read(host) ?? (host.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? Read("_" + host[dot..]) : null) ?? Read(Default);
    }

    // A name is part of a path from here on.
    private static bool IsHostName(string host) => HostName().IsMatch(host);

    private SslStreamCertificateContext? Read(string name)
    {
        var now = time.GetUtcNow();
        if (_held.TryGetValue(name, out var held) && now < held.LookAt)
        {
            return held.Context;
        }

        var file = new FileInfo(Path.Combine(folder, name + ".pem"));
        if (!file.Exists)
        {
            _held.TryRemove(name, out _);
            return null;
        }

        if (held is null || held.Stamp != (file.LastWriteTimeUtc, file.Length))
        {
            held = new Held(Load(file, held), (file.LastWriteTimeUtc, file.Length), now);
        }

        _held[name] = held with { LookAt = now + LookAgain };
        return held.Context;
    }

    private SslStreamCertificateContext? Load(FileInfo file, Held? before)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(file.FullName, file.FullName);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file.FullName);
            chain.RemoveAt(0); // the certificate itself

            // The platform wants a key of its own to sign with, not one that is read from a file.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
            Loaded(log, file.Name, certificate.NotAfter);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Broken(log, file.Name, e.Message, before?.Context is null ? "nothing" : "the one before");
            return before?.Context;
        }
    }

    // Whatever else a client sends as a name never becomes part of a path.
    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){1,10}\z")]
    private static partial Regex HostName();

    [LoggerMessage(2010, LogLevel.Information, "The certificate in {File} is in use; it ends on {End:u}.")]
    private static partial void Loaded(ILogger logger, string file, DateTime end);

    [LoggerMessage(2011, LogLevel.Error, "The certificate in {File} cannot be used: {Reason} In its place is {Instead}.")]
    private static partial void Broken(ILogger logger, string file, string reason, string instead);

    private sealed record Held(SslStreamCertificateContext? Context, (DateTime, long) Stamp, DateTimeOffset LookAt);
}
