using Microsoft.AspNetCore.Http;

namespace Tessera.Router;

/// <summary>The one public address of machines. Its scheme is that of every sign-in host too, whatever stands before the router.</summary>
internal sealed class AuthHost(string origin)
{
    public string Scheme { get; } = new Uri(origin).Scheme;

    public string Authority { get; } = new Uri(origin).Authority;

    public bool Is(HostString host) => string.Equals(host.Value, Authority, StringComparison.OrdinalIgnoreCase);

    public string OriginOf(string signInHost) => $"{Scheme}://{signInHost}";
}
