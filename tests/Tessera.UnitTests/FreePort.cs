using System.Net;
using System.Net.Sockets;

namespace Tessera.UnitTests;

/// <summary>A loopback port that is free now.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
