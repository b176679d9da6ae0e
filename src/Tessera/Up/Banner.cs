using Spectre.Console;
using Tessera.Commands;
using Tessera.Demo;

namespace Tessera.Up;

/// <summary>What a person wants to know once everything runs.</summary>
internal static class Banner
{
    public static void Print(Place place, DemoFile demo, string? whyNoOrders)
    {
        Terminal.KeepLinesWhole();

        var addresses = new Table().Title("Addresses").AddColumns("what", "where");
        addresses.AddRow("auth host and route API", place.AuthHost);
        addresses.AddRow("admin API", place.ControlPlane);
        if (whyNoOrders is null)
        {
            addresses.AddRow("Orders, the sample", place.Orders);
        }

        foreach (var cell in demo.Cells)
        {
            addresses.AddRow($"cell {cell.CellId}", cell.Endpoint);
        }

        foreach (var tenant in demo.Tenants)
        {
            addresses.AddRow($"sign-in of {tenant.Slug} ({tenant.Pattern}, {tenant.Cell})", tenant.SignInHost);
        }

        AnsiConsole.Write(addresses);
        if (demo.Users.Count > 0)
        {
            var accounts = new Table().Title("Accounts").AddColumns("tenant", "username", "password");
            foreach (var user in demo.Users)
            {
                accounts.AddRow(user.Tenant, user.Username, user.Password);
            }

            AnsiConsole.Write(accounts);
        }

        if (whyNoOrders is not null)
        {
            AnsiConsole.WriteLine(whyNoOrders);
        }

        AnsiConsole.WriteLine($"Everything above is also in {place.In(DemoFile.FileName)}. Ctrl-C stops it.");
        AnsiConsole.WriteLine("ready");
    }
}
