using Microsoft.AspNetCore.Builder;
using Tessera.ForwardAuth;
using Tessera.Router;

namespace Tessera;

/// <summary>The apps this command composes. Each reads its own section of the configuration and knows nothing of the others.</summary>
internal static class Hosts
{
    public static WebApplication Control(string[] args) => ControlPlane.ControlPlaneApp.Build(args);

    public static WebApplication Router(string[] args) => RouterApp.Build(args);

    public static WebApplication Cell(string[] args) => Tessera.Cell.CellApp.Build(args);

    public static WebApplication ForwardAuth(string[] args) => ForwardAuthApp.Build(args);

    public static WebApplication OrdersSample(string[] args) => Orders.OrdersApp.Build(args);
}
