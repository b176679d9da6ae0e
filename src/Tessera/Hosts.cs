using Microsoft.AspNetCore.Builder;
using Tessera.ForwardAuth;
using Tessera.Router;

namespace Tessera;

/// <summary>The apps this command composes. Each reads its own section of the configuration and knows nothing of the others.</summary>
internal static class Hosts
{
    public static WebApplication Control(string[] args) => ControlPlane.ControlPlaneApp.Build(ReadOnce(args));

    public static WebApplication Router(string[] args) => RouterApp.Build(ReadOnce(args));

    /// <summary>
    /// A router that has the process to itself: what waits for the network goes on in the thread that hears from it. Sockets read
    /// the switch when the first of them is made.
    /// </summary>
    public static WebApplication RouterAlone(string[] args)
    {
        const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        Environment.SetEnvironmentVariable(Inline, Environment.GetEnvironmentVariable(Inline) ?? "1");
        return RouterApp.Build(ReadOnce(["--Router:InlineScheduling=true", .. args]));
    }

    public static WebApplication Cell(string[] args) => Tessera.Cell.CellApp.Build(ReadOnce(args));

    public static WebApplication ForwardAuth(string[] args) => ForwardAuthApp.Build(ReadOnce(args));

    public static WebApplication OrdersSample(string[] args) => Orders.OrdersApp.Build(args);

    // Settings are what they were at the start. Watching for others would watch every folder below the one a process is started in.
    private static string[] ReadOnce(string[] args) => ["--hostBuilder:reloadConfigOnChange=false", .. args];
}
