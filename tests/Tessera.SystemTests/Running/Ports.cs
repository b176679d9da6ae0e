using System.Net;
using System.Net.NetworkInformation;

namespace Tessera.SystemTests.Running;

/// <summary>Hands out base ports whose whole range is free; each test run starts somewhere else.</summary>
public static class Ports
{
    private const int Range = 40;
    private static int _next = 20_000 + (Environment.ProcessId % 200 * Range);

    public static int NextBase()
    {
        while (true)
        {
            var start = Interlocked.Add(ref _next, Range);
            var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
            if (!Enumerable.Range(start, Range).Any(taken.Contains))
            {
                return start;
            }
        }
    }

    /// <summary>Whether something listens on the loopback port.</summary>
    public static bool IsTaken(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(new IPEndPoint(IPAddress.Loopback, port));
}
