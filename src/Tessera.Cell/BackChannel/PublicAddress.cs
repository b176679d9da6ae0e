using System.Net;
using System.Net.Sockets;

namespace Tessera.Cell.BackChannel;

/// <summary>
/// Which addresses a cell may call on behalf of a tenant: those of the public internet. Whoever registers a client must not
/// reach what stands beside the cell (server-side request forgery).
/// </summary>
internal static class PublicAddress
{
    // Not globally reachable by the IANA special-purpose registries, and what carries such addresses inside (NAT64, 6to4, Teredo).
    private static readonly IPNetwork[] Closed = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    }.Select(IPNetwork.Parse)];

    public static bool Is(IPAddress address, bool loopbackToo)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain)
            ? loopbackToo
            : plain.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && plain.ScopeIdOrZero() == 0 && !Closed.Any(network => network.Contains(plain));
    }

    private static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
