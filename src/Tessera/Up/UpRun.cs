using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Databases;
using Tessera.Demo;

namespace Tessera.Up;

/// <summary>The running demo, from nothing to <c>ready</c>: what is started, in which order, and with which settings.</summary>
internal static class UpRun
{
    public static async Task RunAsync(Place place, string? postgres, CancellationToken stop)
    {
        place.Prepare();
        var state = UpState.Open(place, postgres is not null);
        await using var parts = new Parts();
        using var http = LoopbackHttp.Create();

        try
        {
            var databases = await DemoDatabases.PrepareAsync(place, postgres, parts, stop);
            await parts.StartAsync("The control plane", Hosts.Control, ControlSettings(place, databases), stop);
            var adminKey = (await File.ReadAllTextAsync(place.FirstAdminKey, stop)).Trim();
            var admin = new AdminApi(http, place.ControlPlane, adminKey);
            await StartCellsAsync(place, state, databases, admin, parts, stop);
            await LearnFeedAsync(place, state, admin, stop);
            await parts.StartAsync("The router", Hosts.Router, RouterSettings(place, state), stop);
            if (databases.Orders is not null)
            {
                await parts.StartAsync("Orders", Hosts.OrdersSample, OrdersSettings(place, state, databases.Orders), stop);
            }

            foreach (var (name, origin) in Addresses(place, databases))
            {
                await Health.AnswersAsync(http, name, origin, stop);
            }

            var demo = await new DemoSeed(place, state, admin, http).BringAboutAsync(adminKey, databases.Orders is not null, stop);
            if (databases.Orders is not null)
            {
                await ProfileSeed.GiveAsync(databases.Orders, demo, stop);
            }

            demo.Write(place);
            Banner.Print(place, demo, databases.WhyNoOrders);
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop, at whatever point: the parts are stopped on the way out.
        }
    }

    private static async Task StartCellsAsync(
        Place place, UpState state, DemoDatabases databases, AdminApi admin, Parts parts, CancellationToken stop)
    {
        var cells = new Cells(place, state, admin);
        foreach (var (id, region, number) in Cells.All)
        {
            var joinToken = await cells.PrepareAsync(id, region, stop);
            await parts.StartAsync($"Cell {id}", Hosts.Cell, CellSettings(place, databases, id, number, joinToken), stop);
        }
    }

    private static async Task LearnFeedAsync(Place place, UpState state, AdminApi admin, CancellationToken stop)
    {
        state.DirectoryKey ??= (await admin.GetAsync("/directory/key", stop)).ToJsonString();
        state.FeedKey ??= (await admin.PostAsync("/keys", new JsonObject { ["name"] = "tessera up: router and Orders", ["scopes"] = new JsonArray("feed:read") }, stop))
            ["key"]!.GetValue<string>();
        state.Save(place);
    }

    private static IEnumerable<(string Name, string Origin)> Addresses(Place place, DemoDatabases databases) =>
    [
        ("The control plane", place.ControlPlane),
        .. Cells.All.Select(cell => ($"Cell {cell.Id}", place.Cell(cell.Number))),
        ("The router", place.Router),
        .. databases.Orders is null ? [] : new[] { ("Orders", place.Orders) },
    ];

    private static string[] ControlSettings(Place place, DemoDatabases databases) => HostArguments.Together(
        ("Control:Listen", place.ControlPlane),
        ("Control:Data", place.In("control")),
        ("Control:AuthHost", place.AuthHost),
        ("Control:MakingTime", "00:00:15"), // a start that was killed while seeding holds up the next one no longer
        ("Control:Postgres", databases.Directory?.Runtime),
        ("Control:PostgresOwner", databases.Directory?.Owner));

    private static string[] CellSettings(Place place, DemoDatabases databases, string id, int number, string? joinToken) => HostArguments.Together(
        ("Cell:Id", id),
        ("Cell:Listen", place.Cell(number)),
        ("Cell:Data", place.In($"cells/{id}")),
        ("Cell:AuthHost", place.AuthHost),
        ("Cell:ControlPlane", place.ControlPlane),
        ("Cell:JoinToken", joinToken),
        ("Cell:TrustedProxies:0", Place.Loopback),
        ("Cell:AllowLoopbackCallbacks", "true"), // the demo's applications are here
        ("Cell:Postgres", databases.OfCell(id)?.Runtime),
        ("Cell:PostgresOwner", databases.OfCell(id)?.Owner));

    private static string[] RouterSettings(Place place, UpState state) => HostArguments.Together(
        ("Router:Listen", place.Router),
        ("Router:Data", place.In("router")),
        ("Router:AuthHost", place.AuthHost),
        ("Router:ControlPlane", place.ControlPlane),
        ("Router:FeedKey", state.FeedKey),
        ("Router:DirectoryKey", state.DirectoryKey));

    private static string[] OrdersSettings(Place place, UpState state, DatabaseAccess database) => HostArguments.Together(
        ("Orders:Listen", place.OrdersListen),
        ("Orders:Host", place.OrdersHost),
        ("Orders:Postgres", database.Runtime),
        ("Orders:PostgresOwner", database.Owner),
        ("Tessera:ControlPlane", place.ControlPlane),
        ("Tessera:FeedKey", state.FeedKey),
        ("Tessera:DirectoryKey", state.DirectoryKey),
        ("Tessera:Audience", "orders"),
        ("Tessera:Data", place.In("orders")),
        ("Tessera:RouteApi", place.AuthHost));
}
