using System.CommandLine;
using Tessera.CellAdmin;
using Tessera.Moves;
using Tessera.Policies;
using Tessera.RowSecurity;
using Tessera.Tenants;
using Tessera.Users;

namespace Tessera.Commands;

/// <summary>The command line, as a table of contents.</summary>
internal static class TesseraCommand
{
    public static RootCommand Build() => new("Tessera: identity for SaaS, laid out in cells.")
    {
        UpCommand.Build(),
        TourCommand.Build(),
        TenantsCommand.Build(),
        TenantCommand.Build(),
        MoveCommand.Build(),
        UsersCommand.Build(),
        CellsCommand.Build(),
        PolicyCommand.Build(),
        RlsCommand.Build(),
        HostCommand.Build("control", "Runs the control plane: directory, onboarding, admin API.", HostSettings.Control, Hosts.Control),
        HostCommand.Build("router", "Runs a router: finds the cell of every host and realm.", HostSettings.Router, Hosts.RouterAlone),
        CellCommand.AddTo(HostCommand.Build("cell", "Runs one cell: the identity engine of its tenants. Its subcommands change one.", HostSettings.Cell, Hosts.Cell)),
        HostCommand.Build("forward-auth", "Answers proxies in front of applications: who calls, for which tenant.", HostSettings.ForwardAuth, Hosts.ForwardAuth),
    };
}
